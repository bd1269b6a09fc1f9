// Huawei's own SDK for Node.js talks to the simulated cloud: what only our provider understands would prove nothing.
import { BasicCredentials, Region } from "@huaweicloud/huaweicloud-sdk-core";
import { ClientBuilder } from "@huaweicloud/huaweicloud-sdk-core/ClientBuilder.js";
import type { HcClient, HttpRequestOptions } from "@huaweicloud/huaweicloud-sdk-core/HcClient.js";
import { Logger4jInstance } from "@huaweicloud/huaweicloud-sdk-core/logger/log4jLogger.js";
import {
  CreateImageSyncRepoRequest,
  CreateImageSyncRepoRequestBody,
  DeleteImageSyncRepoRequest,
  DeleteImageSyncRepoRequestBody,
  ListImageAutoSyncReposDetailsRequest,
  SwrClient,
} from "@huaweicloud/huaweicloud-sdk-swr";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startSimulator, type Simulator } from "pulumi-grayscale/simulator";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { region, simulatorCredentials } from "../simulated-cloud.js";

const { projectId, temporary, ...keys } = simulatorCredentials.huaweicloud;

// The SDK writes a file of its own below the user's home folder, and prints a refused request with all its headers.
// It also needs `uuid` without declaring it: that is why the package is among ours.
let home: string;
beforeAll(() => {
  Logger4jInstance.level = "off";
  home = mkdtempSync(join(tmpdir(), "witness-"));
  vi.stubEnv("HOME", home);
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true });
});

interface Keys {
  accessKey: string;
  secretKey: string;
  securityToken?: string;
}

async function startCloud(): Promise<Simulator> {
  const simulator = await startSimulator();
  onTestFinished(() => simulator.close());
  return simulator;
}

function credentials({ accessKey, secretKey, securityToken }: Keys): BasicCredentials {
  const pair = new BasicCredentials().withAk(accessKey).withSk(secretKey);
  return securityToken === undefined ? pair : pair.withSecurityToken(securityToken);
}

const endpointOf = ({ url }: Simulator): string => `${url}/${region}`;
const seen = ({ requests }: Simulator): string[] =>
  requests.map(({ operation, status }) => `${operation} ${status}`);

const wrong = { ...keys, secretKey: "another-secret-key" };
const refused = { httpStatusCode: 401, errorCode: "APIGW.0301" };

describe("the SWR client", () => {
  const place = { namespace: "team", repository: "shop$web" };
  const target = { remoteRegionId: "cn-east-3", remoteNamespace: "team" };

  function swrClient(simulator: Simulator, pair: Keys): SwrClient {
    return SwrClient.newBuilder()
      .withCredential(credentials(pair).withProjectId(projectId))
      .withEndpoint(endpointOf(simulator))
      .build();
  }

  const create = (client: SwrClient) =>
    client.createImageSyncRepo(
      new CreateImageSyncRepoRequest()
        .withNamespace(place.namespace)
        .withRepository(place.repository)
        .withBody(
          new CreateImageSyncRepoRequestBody()
            .withRemoteRegionId(target.remoteRegionId)
            .withRemoteNamespace(target.remoteNamespace)
            .withSyncAuto(true),
        ),
    );
  const list = (client: SwrClient) =>
    client.listImageAutoSyncReposDetails(
      new ListImageAutoSyncReposDetailsRequest()
        .withNamespace(place.namespace)
        .withRepository(place.repository),
    );
  const remove = (client: SwrClient) =>
    client.deleteImageSyncRepo(
      new DeleteImageSyncRepoRequest()
        .withNamespace(place.namespace)
        .withRepository(place.repository)
        .withBody(
          new DeleteImageSyncRepoRequestBody()
            .withRemoteRegionId(target.remoteRegionId)
            .withRemoteNamespace(target.remoteNamespace),
        ),
    );

  test.each([
    ["a key pair", keys],
    ["a temporary key pair and its token", temporary],
  ])("creates, lists and deletes a sync task with %s", async (_name, pair) => {
    const simulator = await startCloud();
    const client = swrClient(simulator, pair);

    expect(await create(client)).toEqual({ httpStatusCode: 200 });
    const wanted = { ...target, projectId, region, repository: "shop/web", syncAuto: true, override: false };
    expect(simulator.cloud.syncTasks).toEqual([expect.objectContaining(wanted)]);
    expect(await list(client)).toMatchObject({ 0: { id: 1, repoName: "shop/web", ...target } });
    expect(await remove(client)).toEqual({ httpStatusCode: 200 });
    expect(simulator.cloud.syncTasks).toEqual([]);
    expect(seen(simulator)).toEqual(["createSyncTask 200", "listSyncTasks 200", "deleteSyncTask 200"]);
    expect(existsSync(join(home, ".huaweicloud", "application_id"))).toBe(true);
  });

  test.each([
    ["a wrong secret", wrong, /verify aksk signature fail/],
    [
      "a temporary key pair without its token",
      { accessKey: temporary.accessKey, secretKey: temporary.secretKey },
      /X-Security-Token/,
    ],
    ["another's token", { ...temporary, securityToken: "another-token" }, /X-Security-Token/],
    ["a key that nobody has", { ...keys, accessKey: "another-access-key" }, /not found/],
  ])("is refused with %s, and nothing changes", async (_name, pair, why) => {
    const simulator = await startCloud();
    await create(swrClient(simulator, keys));
    const before = structuredClone(simulator.cloud.syncTasks);
    simulator.clearRequests();
    const client = swrClient(simulator, pair);

    for (const call of [create, list, remove]) {
      await expect(call(client)).rejects.toMatchObject({
        ...refused,
        errorMsg: expect.stringMatching(why) as string,
      });
    }
    expect(simulator.cloud.syncTasks).toEqual(before);
    expect(seen(simulator)).toEqual(["createSyncTask 401", "listSyncTasks 401", "deleteSyncTask 401"]);
  });

  test("finds the project of its region by itself", async () => {
    const simulator = await startCloud();
    const client = SwrClient.newBuilder()
      .withCredential(credentials(keys).withIamEndpoint(endpointOf(simulator)))
      .withRegion(new Region(region, endpointOf(simulator)))
      .build();
    await create(client);
    expect(simulator.cloud.syncTasks).toMatchObject([{ projectId }]);
    expect(seen(simulator)).toEqual(["listProjects 200", "createSyncTask 200"]);
  });
});

/** Neither ASM's releases nor ROMA are in an SDK for Node.js; its core signs and sends any request. */
describe("the core with requests of our own", () => {
  function coreClient(simulator: Simulator, pair: Keys): HcClient {
    return new ClientBuilder<HcClient>((client) => client)
      .withCredential(credentials(pair).withProjectId(projectId))
      .withEndpoint(endpointOf(simulator))
      .build();
  }

  function request(method: string, url: string, more: Partial<HttpRequestOptions> = {}): HttpRequestOptions {
    return {
      method,
      url,
      contentType: "application/json",
      queryParams: {},
      pathParams: {},
      headers: {},
      ...more,
    };
  }

  const releases = "/v2/meshes/mesh-1/namespaces/default/releases";
  const createRelease = request("POST", releases, {
    data: {
      kind: "Release",
      apiVersion: "asm/v2",
      metadata: { name: "reviews-v2", namespace: "default" },
      spec: {
        serviceName: "reviews",
        clusterID: "cluster-1",
        deploymentName: "reviews-v1",
        version: "v2",
        type: "canary",
        grayDeployments: [
          {
            clusterID: "cluster-1",
            template: { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "reviews-v2" } },
          },
        ],
      },
    },
  });
  const deleteRelease = (uid: string): HttpRequestOptions =>
    request("DELETE", `${releases}/${uid}`, { queryParams: { action: "cancel" } });

  test("an ASM release is created, read and cancelled", async () => {
    const simulator = await startCloud();
    const client = coreClient(simulator, keys);
    expect(await client.sendRequest(createRelease)).toMatchObject({
      httpStatusCode: 200,
      metadata: { name: "reviews-v2" },
    });
    const uid = simulator.cloud.releases[0]?.uid ?? "";
    expect(await client.sendRequest(request("GET", `${releases}/${uid}`))).toMatchObject({
      metadata: { uid },
      spec: { version: "v2" },
    });
    expect(await client.sendRequest(deleteRelease(uid))).toMatchObject({ httpStatusCode: 200 });
    expect(simulator.cloud.releases).toEqual([]);
    expect(seen(simulator)).toEqual(["createRelease 200", "getRelease 200", "deleteRelease 200"]);
  });

  const api = `/v2/${projectId}/apic/instances/instance-1/livedata-apis/api-1`;
  const deploy = request("POST", `${api}/deploy`, { data: { deploy_front_api: false } });
  const undeploy = request("POST", `${api}/undeploy`);

  test("a ROMA backend is deployed, shown and undeployed", async () => {
    const simulator = await startCloud();
    const client = coreClient(simulator, temporary);
    const status = (): number | undefined => simulator.cloud.livedataApis[0]?.status;
    expect(await client.sendRequest(deploy)).toMatchObject({ ld_api_id: "api-1" });
    expect(status()).toBe(4);
    expect(await client.sendRequest(request("GET", api))).toMatchObject({ id: "api-1", status: 4 });
    expect(await client.sendRequest(undeploy)).toEqual({ httpStatusCode: 204 });
    expect(status()).not.toBe(4);
    expect(seen(simulator)).toEqual([
      "deployLivedataApi 200",
      "showLivedataApi 200",
      "undeployLivedataApi 204",
    ]);
  });

  test("is refused with a wrong secret, and nothing changes", async () => {
    const simulator = await startCloud();
    await coreClient(simulator, keys).sendRequest(createRelease);
    const before = JSON.stringify(simulator.cloud);
    simulator.clearRequests();
    const client = coreClient(simulator, wrong);
    for (const one of [
      createRelease,
      deleteRelease(simulator.cloud.releases[0]?.uid ?? ""),
      deploy,
      undeploy,
    ]) {
      await expect(client.sendRequest(one)).rejects.toMatchObject(refused);
    }
    expect(JSON.stringify(simulator.cloud)).toBe(before);
    expect(simulator.requests.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
  });
});
