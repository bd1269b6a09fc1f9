export { simulatorCredentials, simulatorProjectId } from "./accounts.js";
export type { AccessKey, Account, Project } from "./accounts.js";
export { orderStatus } from "./alicloud/change-order.js";
export type { BatchType, ChangeOrder, Pipeline } from "./alicloud/change-order.js";
export type { Fault, FaultKind, FaultMatch } from "./faults.js";
export { releasePhases } from "./huaweicloud/asm.js";
export type { OperationName, ServiceName } from "./operation.js";
export type { Journey, Progress } from "./progress.js";
export type { PulumiConfig } from "./pulumi-config.js";
export type { RateLimit } from "./rate-limit.js";
export { redacted } from "./requests.js";
export type { RecordedRequest } from "./requests.js";
export { exampleSeed } from "./seed.js";
export type { Seed } from "./seed.js";
export { readSeed } from "./seed-file.js";
export { startSimulator } from "./simulator.js";
export type { Simulator, SimulatorOptions } from "./simulator.js";
export type {
  Application,
  ChangeOrderSeed,
  CloudState,
  LivedataApi,
  LivedataApiSeed,
  LivedataDeployment,
  Release,
  RomaInstance,
  SyncTask,
} from "./state.js";
