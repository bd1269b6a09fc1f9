// A team's repository: a program with its stack `prod`, the settings for forks, and the policy pack.
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { repositoryRoot } from "../../tools/places.mjs";
import { openProject, type Project } from "../program/project.js";
import { region, simulatorCredentials, startCloud } from "../simulated-cloud.js";

export interface Shop {
  /** What a checkout gets. */
  folder: string;
  project: Project;
  /** What reaches the state. */
  state: { PULUMI_BACKEND_URL: string; PULUMI_CONFIG_PASSPHRASE: string };
  /** Commits another program. */
  commit: (declarations: string) => void;
}

/** What reaches the cloud. */
export const credentials: Record<string, string> = {
  HW_ACCESS_KEY: simulatorCredentials.huaweicloud.accessKey,
  HW_SECRET_KEY: simulatorCredentials.huaweicloud.secretKey,
  ALICLOUD_ACCESS_KEY: simulatorCredentials.alicloud.accessKey,
  ALICLOUD_SECRET_KEY: simulatorCredentials.alicloud.secretKey,
};

const start = `
const { huaweicloud } = require("pulumi-grayscale");
const labels = { app: "reviews" };
const release = (version, more) => {
  const containers = [{ name: "reviews", image: "reviews:" + version }];
  const template = {
    apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "reviews-" + version, labels },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } },
  };
  new huaweicloud.GrayscaleRelease("reviews", {
    meshId: "mesh-1", namespace: "default", serviceName: "reviews", clusterId: "cluster-1", version,
    deploymentName: "reviews-v1", type: "canary", grayDeployments: [{ clusterId: "cluster-1", template }], ...more,
  });
};
`;

/** The repository, with a program that declares this, and an empty state. */
export async function openShop(declarations: string): Promise<Shop> {
  const place = mkdtempSync(join(tmpdir(), "pulumi-grayscale-shop-"));
  onTestFinished(() => rmSync(place, { recursive: true, force: true }));
  const folder = join(place, "repository");
  for (const path of [folder, join(place, "state")]) mkdirSync(path);
  cpSync(join(repositoryRoot, "policy"), join(folder, "policy"), { recursive: true });
  const files = {
    "Pulumi.yaml": { name: "shop", runtime: { name: "nodejs", options: { typescript: false } } },
    "Pulumi.fork.yaml": { config: { "huaweicloud:region": region } },
    "package.json": { name: "shop", private: true },
    "policy-config.json": { "freeze-windows": { windows: [{ from: "00:00", to: "23:59" }] } },
  };
  for (const [name, content] of Object.entries(files))
    writeFileSync(join(folder, name), JSON.stringify(content));
  const commit = (declared: string): void => writeFileSync(join(folder, "index.js"), start + declared);
  commit(declarations);

  const cloud = await startCloud();
  onTestFinished(() => cloud.close());
  // The stack's settings lead to the cloud; the credentials come from the environment.
  const config = Object.fromEntries(Object.entries(cloud.config).filter(([, { secret }]) => secret !== true));
  const state = { PULUMI_BACKEND_URL: `file://${join(place, "state")}`, PULUMI_CONFIG_PASSPHRASE: "shop" };
  const project = await openProject(folder, {
    stackName: "prod",
    cloud: Object.assign(cloud, { config }),
    environment: state,
  });
  return { folder, project, state, commit };
}
