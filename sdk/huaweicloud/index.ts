export { GrayscaleRelease, type GrayDeploymentArgs, type GrayscaleReleaseArgs } from "./grayscale-release.js";
export { ImageSyncTask, type ImageSyncTaskArgs } from "./image-sync-task.js";
export { LivedataDeployment, type FrontApiArgs, type LivedataDeploymentArgs } from "./livedata-deployment.js";
