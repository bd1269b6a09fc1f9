import { createHash, randomBytes } from "node:crypto";
import { huaweiRegions } from "./regions.js";

/** A key pair; with `securityToken` a temporary one, whose requests must carry that token. */
export interface AccessKey {
  accessKey: string;
  secretKey: string;
  securityToken?: string;
}

/** A further project of a Huawei account. Its region is the part of the name before the first `_`. */
export interface Project {
  id: string;
  name: string;
}

/** An account with its keys. Besides `projects`, it has one project for each region, named after it (see `simulatorProjectId`). */
export interface Account {
  /** Huawei's account (domain) name; also the owner of EDAS change orders. */
  name: string;
  huaweicloud?: {
    keys?: AccessKey[];
    users?: { name: string; password: string }[];
    projects?: Project[];
  };
  alicloud?: { keys?: AccessKey[] };
}

const OWN_ACCOUNT = "simulated-account";

/** The project of a region, in the default account unless told otherwise. */
export function simulatorProjectId(region: string, accountName: string = OWN_ACCOUNT): string {
  return createHash("sha256").update(`${accountName}/${region}`).digest("hex").slice(0, 32);
}

/** The default account's credentials, all plainly not real. */
export interface SimulatorCredentials {
  huaweicloud: {
    accessKey: string;
    secretKey: string;
    /** The project of cn-north-4; `simulatorProjectId` tells those of other regions. */
    projectId: string;
    domainName: string;
    userName: string;
    password: string;
    temporary: Required<AccessKey>;
  };
  alicloud: { accessKey: string; secretKey: string; temporary: Required<AccessKey> };
}

/** What a client must be configured with to be let in by a simulator with default options. */
export const simulatorCredentials: SimulatorCredentials = {
  huaweicloud: {
    accessKey: "simulated-access-key",
    secretKey: "simulated-secret-key",
    projectId: simulatorProjectId("cn-north-4"),
    domainName: OWN_ACCOUNT,
    userName: "simulated-user",
    password: "simulated-password",
    temporary: {
      accessKey: "simulated-temporary-access-key",
      secretKey: "simulated-temporary-secret-key",
      securityToken: "simulated-security-token",
    },
  },
  alicloud: {
    accessKey: "simulated-access-key-id",
    secretKey: "simulated-access-key-secret",
    temporary: {
      accessKey: "simulated-sts-access-key-id",
      secretKey: "simulated-sts-access-key-secret",
      securityToken: "simulated-sts-token",
    },
  },
};

const { huaweicloud, alicloud } = simulatorCredentials;

const ownAccount: Account = {
  name: OWN_ACCOUNT,
  huaweicloud: {
    keys: [keyPair(huaweicloud), huaweicloud.temporary],
    users: [{ name: huaweicloud.userName, password: huaweicloud.password }],
  },
  alicloud: { keys: [keyPair(alicloud), alicloud.temporary] },
};

function keyPair({ accessKey, secretKey }: AccessKey): AccessKey {
  return { accessKey, secretKey };
}

/** An IAM token, bound to a project unless it was asked for the whole account. */
export interface IssuedToken {
  account: Account;
  projectId: string | undefined;
  expiresAt: number;
}

export interface KeyOwner {
  key: AccessKey;
  account: Account;
}

/** Who may call: accounts, their keys and projects, and the tokens issued so far. */
export class Directory {
  readonly accounts: readonly Account[];
  readonly tokens: Map<string, IssuedToken> = new Map();
  readonly tokenLifetimeSeconds: number;

  constructor(further: readonly Account[] = [], tokenLifetimeSeconds: number = 24 * 3600) {
    this.accounts = [ownAccount, ...further];
    this.tokenLifetimeSeconds = tokenLifetimeSeconds;
  }

  keyOwner(cloud: "huaweicloud" | "alicloud", accessKey: string): KeyOwner | undefined {
    for (const account of this.accounts) {
      const key = account[cloud]?.keys?.find((candidate) => candidate.accessKey === accessKey);
      if (key) return { key, account };
    }
    return undefined;
  }

  account(name: string): Account | undefined {
    return this.accounts.find((account) => account.name === name);
  }

  /** Every region has its own project, so the known ones are listed and any other is there when asked for by name. */
  projects(account: Account, name?: string): Project[] {
    const further = account.huaweicloud?.projects ?? [];
    const regions = name === undefined ? huaweiRegions : isRegion(name) ? [name] : [];
    const own = regions.map((region) => ({ id: simulatorProjectId(region, account.name), name: region }));
    return [...own, ...further.filter((project) => name === undefined || project.name === name)];
  }

  owns(account: Account, projectId: string, region: string): boolean {
    if (projectId === simulatorProjectId(region, account.name)) return true;
    const further = account.huaweicloud?.projects ?? [];
    return further.some((project) => project.id === projectId && project.name.split("_")[0] === region);
  }

  issueToken(
    account: Account,
    projectId: string | undefined,
    now: number,
  ): { value: string; expiresAt: number } {
    const value = `simulated-token-${randomBytes(24).toString("hex")}`;
    const expiresAt = now + this.tokenLifetimeSeconds * 1000;
    this.tokens.set(value, { account, projectId, expiresAt });
    return { value, expiresAt };
  }
}

function isRegion(name: string): boolean {
  return /^[a-z]{2}(-[a-z]+)+(-\d+)?$/.test(name);
}
