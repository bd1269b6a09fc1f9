// Behind a proxy, with a private certificate authority: as the environment says, and never a doubt more than there is.
import { describe, expect, test } from "vitest";
import { cloudName, companyNetwork, endpoints, type CompanyNetwork } from "../company-network.js";
import type { Properties } from "../dynamic-host.js";
import { destroy, failing, up } from "../resource-host.js";
import { simulatorCredentials } from "../simulated-cloud.js";

const kind = "huaweicloud:ImageSyncTask";
const args = { namespace: "team", repository: "web", targetRegion: "cn-east-3", targetNamespace: "mirror" };
const path = "/v2/manage/namespaces/team/repos/web/sync_repo";
const [list, post, remove] = [`GET ${path} 200`, `POST ${path} 200`, `DELETE ${path} 200`];
const projectId = { "huaweicloud:projectId": simulatorCredentials.huaweicloud.projectId };

/** A tunnel to the cloud that was asked for, by its answer. */
const tunnel = (answer: number | string) => ({ method: "CONNECT", target: `${cloudName}:443`, answer });

function trusting({ authorityFile }: CompanyNetwork, environment: Record<string, string> = {}) {
  return { NODE_EXTRA_CA_CERTS: authorityFile, ...environment };
}

describe("a proxy", () => {
  test.each(["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])("of %s makes tunnels for https", async (name) => {
    const network = await companyNetwork();
    const environment = trusting(network, { [name]: `http://${network.proxy}` });
    const config = { ...network.secure, ...projectId };
    const { calls, requests } = await up(network.cloud, kind, args, { config, environment });
    expect(calls).toEqual([list, post, list]);
    expect(requests[0]?.headers["host"]).toBe(cloudName);
    expect(new Set((await network.passed()).map((one) => JSON.stringify(one)))).toEqual(
      new Set([JSON.stringify(tunnel(200))]),
    );
  });

  test.each(["HTTP_PROXY", "http_proxy"])("of %s passes plain http on", async (name) => {
    const network = await companyNetwork();
    const environment = { [name]: `http://${network.proxy}`, HTTPS_PROXY: "http://127.0.0.1:1" };
    const config = { ...network.plain, ...projectId };
    const { calls, requests } = await up(network.cloud, kind, args, { config, environment });
    expect(calls).toEqual([list, post, list]);
    expect(requests[0]?.headers["host"]).toBe(cloudName);
    const target = `http://${cloudName}/cn-north-4${path}`;
    expect(await network.passed()).toEqual(
      ["GET", "POST", "GET"].map((method) => ({ method, target, answer: 200 })),
    );
  });

  const everywhere = (proxy: string) =>
    Object.fromEntries(
      ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"].map((name) => [
        name,
        `http://${proxy}`,
      ]),
    );

  test("is not for this machine: neither the cloud nor the engine is called through it", async () => {
    const network = await companyNetwork();
    const environment = trusting(network, everywhere(network.proxy));
    for (const config of [{}, network.local]) {
      network.cloud.cloud.syncTasks = [];
      // A warning is something to say to the engine.
      const { warnings } = await up(network.cloud, kind, args, {
        config,
        environment: { ...environment, HW_ACCESS_KEY: "other", HW_SECRET_KEY: "other-secret" },
      });
      expect(warnings).toHaveLength(1);
    }
    expect(await network.passed()).toEqual([]);
  });

  test("is passed by for what NO_PROXY names", async () => {
    const network = await companyNetwork();
    // Leads to this machine without being one of its names.
    const unspecified = network.cloud.url.replace("127.0.0.1", "0.0.0.0");
    const config = { ...endpoints(unspecified), ...projectId, "grayscale:insecure": "true" };
    const environment = everywhere(network.proxy);
    await up(network.cloud, kind, args, { config, environment });
    expect(await network.passed()).toHaveLength(3);
    network.cloud.cloud.syncTasks = [];
    for (const name of ["NO_PROXY", "no_proxy"]) {
      network.cloud.cloud.syncTasks = [];
      const direct = { ...environment, [name]: "example.com, 0.0.0.0" };
      const { calls } = await up(network.cloud, kind, args, { config, environment: direct });
      expect(calls).toEqual([list, post, list]);
    }
    expect(await network.passed()).toHaveLength(3);
  });

  test("gets its own user and password, and the cloud does not", async () => {
    const network = await companyNetwork({ user: "proxy-user:p@ss/word" });
    const proxy = `http://proxy-user:p%40ss%2Fword@${network.proxy}`;
    const environment = trusting(network, { HTTPS_PROXY: proxy, HTTP_PROXY: proxy });
    for (const config of [network.secure, network.plain]) {
      network.cloud.cloud.syncTasks = [];
      const { requests, printed, logged } = await up(network.cloud, kind, args, { config, environment });
      expect(requests).toHaveLength(4);
      expect(JSON.stringify([requests, printed, logged])).not.toMatch(/proxy-user|proxy-auth|p%40ss/i);
    }
    expect(new Set((await network.passed()).map(({ answer }) => answer))).toEqual(new Set([200]));
  });

  /** What a destroy does, whose first call is the write. */
  const destroyed = async (network: CompanyNetwork, more: Properties = {}) => {
    const { stored } = await up(network.cloud, kind, args);
    const config = { ...network.secure, "grayscale:maxAttempts": "2", ...more };
    const environment = trusting(network, { HTTPS_PROXY: `http://me:hunter22@${network.proxy}` });
    return destroy(network.cloud, stored, { config, environment });
  };

  test.each([502, 503, "drop"] as const)(
    "that answers %s is tried again: nothing was sent",
    async (answer) => {
      const network = await companyNetwork({ answers: [answer] });
      expect((await destroyed(network)).calls).toEqual([remove]);
      expect(await network.passed()).toEqual([tunnel(answer), tunnel(200)]);
    },
  );

  test.each([
    ["502", [502, 502], "DELETE {path}: no connection (it answered 502, through {proxy})"],
    [
      "407",
      [407],
      "DELETE {path}: no way through the proxy (it answered 407, it wants a user and password: http://user:password@host:port, through {proxy})",
    ],
    ["403", [403], "DELETE {path}: no way through the proxy (it answered 403, through {proxy})"],
    ["nothing", ["silence", "silence"], "DELETE {path}: no connection (no answer in time, through {proxy})"],
  ] as const)("that answers %s is named, without its password", async (_, answers, message) => {
    const network = await companyNetwork({ answers: [...answers] });
    const isSilent = answers.some((answer) => answer === "silence");
    const failed = await failing(
      destroyed(network, { "grayscale:requestTimeoutSeconds": isSilent ? "0.5" : "30" }),
    );
    const proxy = `the proxy http://${network.proxy} of HTTPS_PROXY`;
    expect(failed.message).toBe(message.replace("{path}", path).replace("{proxy}", proxy));
    expect(JSON.stringify([failed.printed, failed.logged])).not.toContain("hunter22");
    expect(failed.calls).toEqual([]);
    expect(await network.passed()).toEqual(answers.map(tunnel));
  });

  test("of plain http that wants a password is not taken for the cloud", async () => {
    const network = await companyNetwork({ user: "me:right" });
    const environment = { HTTP_PROXY: `http://me:hunter22@${network.proxy}` };
    const failed = await failing(up(network.cloud, kind, args, { config: network.plain, environment }));
    expect(failed.message).toBe(
      `GET /v3/projects: no way through the proxy (it answered 407, it wants a user and password: http://user:password@host:port, through the proxy http://${network.proxy} of HTTP_PROXY)`,
    );
    expect(await network.passed()).toHaveLength(1);
  });

  test("that is not there is named, without its password", async () => {
    const network = await companyNetwork();
    const environment = { HTTPS_PROXY: "http://me:hunter22@127.0.0.1:1" };
    const config = { ...network.secure, "grayscale:maxAttempts": "2" };
    const failed = await failing(up(network.cloud, kind, args, { config, environment }));
    expect(failed.message).toBe(
      "GET /v3/projects: no connection (ECONNREFUSED, through the proxy http://127.0.0.1:1 of HTTPS_PROXY)",
    );
  });

  test.each(["socks5://me:hunter22@127.0.0.1:1", "http://me:hunter22@", "::hunter22"])(
    "%s is none",
    async (proxy) => {
      const network = await companyNetwork();
      const environment = { HTTPS_PROXY: proxy };
      const failed = await failing(up(network.cloud, kind, args, { config: network.secure, environment }));
      expect(failed.message).toMatch(
        /^GET \/v3\/projects: no way through the proxy \(HTTPS_PROXY must be a URL such as http:\/\/proxy\.example\.com:3128, found a text of \d+ characters\)$/,
      );
    },
  );

  test("once a tunnel stands, a write may have arrived: it is looked for", async () => {
    const network = await companyNetwork();
    network.cloud.queueFault({ match: { operation: "createSyncTask" }, fault: { kind: "lostReply" } });
    const environment = trusting(network, { HTTPS_PROXY: `http://${network.proxy}` });
    const config = { ...network.secure, ...projectId };
    const { calls, stored } = await up(network.cloud, kind, args, { config, environment });
    expect(calls.slice(0, 3)).toEqual([list, `POST ${path} reset`, list]);
    expect(calls.filter((call) => call.startsWith("POST"))).toHaveLength(1);
    expect(stored.outputs["adopted"]).toBe(false);
  });
});

describe("a private certificate authority", () => {
  test("is trusted by NODE_EXTRA_CA_CERTS", async () => {
    const network = await companyNetwork();
    const environment = trusting(network);
    const { calls } = await up(network.cloud, kind, args, {
      config: { ...network.local, ...projectId },
      environment,
    });
    expect(calls).toEqual([list, post, list]);
  });

  test("is otherwise an answer, and the way on is told", async () => {
    const network = await companyNetwork();
    const environment = { HTTPS_PROXY: `http://${network.proxy}` };
    const failed = await failing(up(network.cloud, kind, args, { config: network.secure, environment }));
    expect(failed.message).toBe(
      `GET /v3/projects: the certificate is not trusted (UNABLE_TO_VERIFY_LEAF_SIGNATURE, through the proxy http://${network.proxy} of HTTPS_PROXY). If it was issued by a private certificate authority, set NODE_EXTRA_CA_CERTS to the file of its certificate (PEM) before Pulumi is started`,
    );
    expect(failed.calls).toEqual([]);
    expect(await network.passed()).toEqual([tunnel(200)]);
  });

  test("does not vouch for another name", async () => {
    const network = await companyNetwork();
    const config = endpoints("https://other.example.test");
    const environment = trusting(network, { HTTPS_PROXY: `http://${network.proxy}` });
    const failed = await failing(up(network.cloud, kind, args, { config, environment }));
    expect(failed.message).toMatch(
      /not trusted \(ERR_TLS_CERT_ALTNAME_INVALID, through the proxy \S+ of HTTPS_PROXY\)$/,
    );
    expect(failed.calls).toEqual([]);
  });
});
