// The registry: what Pulumi's host finds by the constant text that a resource stores.
import { connect as alicloud } from "./alicloud/cloud.js";
import { changeOrder } from "./alicloud/change-order.js";
import { dynamicProvider, type DynamicProvider } from "./dynamic.js";
import { connect as huaweicloud } from "./huaweicloud/cloud.js";
import { grayscaleRelease } from "./huaweicloud/grayscale-release.js";
import { imageSyncTask } from "./huaweicloud/image-sync-task.js";
import { livedataDeployment } from "./huaweicloud/livedata-deployment.js";

const grayscaleReleaseProvider: DynamicProvider = dynamicProvider(grayscaleRelease, huaweicloud);
const livedataDeploymentProvider: DynamicProvider = dynamicProvider(livedataDeployment, huaweicloud);
const imageSyncTaskProvider: DynamicProvider = dynamicProvider(imageSyncTask, huaweicloud);
const changeOrderProvider: DynamicProvider = dynamicProvider(changeOrder, alicloud);

export {
  grayscaleReleaseProvider as "huaweicloud:GrayscaleRelease",
  livedataDeploymentProvider as "huaweicloud:LivedataDeployment",
  imageSyncTaskProvider as "huaweicloud:ImageSyncTask",
  changeOrderProvider as "alicloud:ChangeOrder",
};
