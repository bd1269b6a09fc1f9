// The programs whose previews are kept: what is there before, and what the pull request declares.
import * as pulumi from "@pulumi/pulumi";
import { alicloud, huaweicloud } from "pulumi-grayscale";

export interface RecordedProgram {
  /** Brought up first; nothing where the stack is empty. */
  readonly before?: () => void;
  /** What is previewed; nothing where a destroy is. */
  readonly after?: () => void;
  /** What somebody else made before. */
  readonly repositorySynced?: string;
  /** As the engine's events, one a line. */
  readonly streaming?: true;
}

const registry = "swr.cn-north-4.example.com";

function gray(clusterId: string, service: string, version: string) {
  const labels = { app: service, version };
  const containers = [{ name: service, image: `${registry}/team/${service}:${version}` }];
  const template = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: `${service}-${version}`, labels },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } },
  };
  return { clusterId, template };
}

type ReleaseArgs = Partial<huaweicloud.GrayscaleReleaseArgs>;

function release(
  service: string,
  version: string,
  more: ReleaseArgs = {},
  options: pulumi.CustomResourceOptions = {},
): huaweicloud.GrayscaleRelease {
  const args = {
    meshId: "mesh-1",
    namespace: "shop",
    serviceName: service,
    clusterId: "cluster-1",
    deploymentName: `${service}-v1`,
    version,
    type: "canary",
    grayDeployments: [gray("cluster-1", service, version)],
    ...more,
  };
  return new huaweicloud.GrayscaleRelease(`${service}-gray`, args, options);
}

function sync(
  name: string,
  repository: string,
  more: Partial<huaweicloud.ImageSyncTaskArgs> = {},
  options: pulumi.CustomResourceOptions = {},
): huaweicloud.ImageSyncTask {
  const target = { targetRegion: "cn-east-3", targetNamespace: "team" };
  return new huaweicloud.ImageSyncTask(name, { namespace: "team", repository, ...target, ...more }, options);
}

function api(more: Partial<huaweicloud.LivedataDeploymentArgs> = {}): void {
  new huaweicloud.LivedataDeployment("orders", { instanceId: "instance-1", apiId: "api-1", ...more });
}

/** It waits for a person: a program that only waits for it is not done. */
const waitingOrder = "47e2b863-adc8-4a0e-ac23-8361b95a0002";

function order(more: Partial<alicloud.ChangeOrderArgs> = {}): void {
  new alicloud.ChangeOrder("checkout", {
    changeOrderId: waitingOrder,
    desiredState: "completed",
    clusterType: "kubernetes",
    ...more,
  });
}

/** A resource of another kind, and one whose outputs are not known before it is there. */
class Digest extends pulumi.dynamic.Resource {
  declare readonly text: pulumi.Output<string>;

  constructor(name: string, of = "1") {
    const create = async (): Promise<pulumi.dynamic.CreateResult> => ({
      id: "1",
      outs: { text: "sha256-1" },
    });
    super({ create }, name, { of, text: undefined });
  }
}

function site(): void {
  new pulumi.ComponentResource("shop:index:Site", "site");
}

const frontApi = { authType: "APP", groupId: "group-1", envId: "env-1", protocol: "HTTPS" } as const;

function sampleBefore(): void {
  site();
  release("reviews", "v2", { onDelete: "cancel" });
  sync("reviews-images", "reviews");
  api({ frontApi });
}

function sampleAfter(): void {
  site();
  new Digest("index");
  release("reviews", "v3", { onDelete: "cancel" });
  release("ratings", "v2", { onDelete: "cancel" });
  release("details", "v2", {
    onDelete: "end",
    grayDeployments: [gray("cluster-1", "details", "v2"), gray("cluster-2", "details", "v2")],
  });
  api({ frontApi, onDelete: "retain" });
}

export const programs: Readonly<Record<string, RecordedProgram>> = {
  sample: { before: sampleBefore, after: sampleAfter },
  streaming: { before: sampleBefore, after: sampleAfter, streaming: true },
  destroy: { before: sampleBefore },
  quiet: { before: sampleBefore, after: sampleBefore },

  create: {
    after: () => {
      site();
      release("reviews", "v2", {
        grayDeployments: ["1", "2", "3", "4"].map((number) => gray(`cluster-${number}`, "reviews", "v2")),
      });
      sync("reviews-images", "reviews", { override: true });
      api({ frontApi, adopt: "always", triggers: { script: pulumi.secret("correct-horse-battery") } });
      order({ confirmBatches: true });
    },
  },

  irreversible: {
    before: () => {
      release("reviews", "v2", { onDelete: "end" });
      release("ratings", "v2", { onDelete: "cancel" });
      sync("reviews-images", "reviews");
      api({ frontApi, triggers: { script: pulumi.secret("correct-horse-battery") } });
      order();
    },
    after: () => {
      release("ratings", "v3", { onDelete: "end" });
      sync("reviews-images", "reviews", { override: true });
      api({ frontApi, triggers: { script: pulumi.secret("battery-horse-correct") } });
      order({ desiredState: "aborted", onDelete: "abort" });
    },
  },

  unknown: {
    before: () => {
      release("reviews", "v2");
      sync("reviews-images", "reviews");
    },
    after: () => {
      const { text } = new Digest("digest");
      release("reviews", "v2", { version: text });
      release("ratings", "v2", { onDelete: text.apply(() => "end" as const) });
      sync("reviews-images", "reviews", { onDelete: text.apply(() => "retain" as const) });
      sync("ratings-images", "ratings", { targetNamespace: text, override: text.apply(() => true) });
      api({ apiId: text });
      order({ desiredState: text.apply(() => "aborted" as const) });
    },
  },

  left: {
    repositorySynced: "ratings",
    before: () => {
      release("reviews", "v2", { onDelete: "retain" });
      sync("ratings-images", "ratings");
      sync("old-name", "reviews");
      order();
    },
    after: () => {
      sync("new-name", "reviews");
      order();
    },
  },

  options: {
    before: () => {
      const reviews = release("reviews", "v2");
      sync("reviews-images", "reviews", {}, { deletedWith: reviews });
      sync("ratings-images", "ratings", {}, { retainOnDelete: true });
      release("ratings", "v2", {}, { retainOnDelete: true });
    },
    after: () => void release("ratings", "v3", {}, { retainOnDelete: true }),
  },

  protected: {
    before: () => void release("reviews", "v2", {}, { protect: true }),
    after: () => site(),
  },

  dependent: {
    before: () => {
      const { taskId } = sync("reviews-images", "reviews");
      api({ triggers: { task: taskId.apply(String) } });
    },
    after: () => {
      const { taskId } = sync("reviews-images", "reviews", { targetNamespace: "other" });
      api({ triggers: { task: taskId.apply(String) } });
    },
  },

  secret: {
    after: () => {
      release("reviews", "v2", {
        serviceName: pulumi.secret("correct-horse"),
        version: pulumi.secret("battery"),
      });
      api({ frontApi: pulumi.secret({ ...frontApi, groupId: "correct-horse" }) });
    },
  },

  failed: {
    before: () => api(),
    after: () => {
      api({ onDelete: "retain" });
      release("reviews", "v2", { meshId: "mesh 1", grayDeployments: [] });
    },
  },
};
