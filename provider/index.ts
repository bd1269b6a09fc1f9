// The registry: what Pulumi's host finds by the constant text that a resource stores. Each kind, and each cloud, is
// loaded when it is met: the first check of a run waits for no other.
import { dynamicProvider, type DynamicProvider } from "./dynamic.js";
import type { Connect } from "./operation.js";

const huaweicloud: Connect = (...parameters) =>
  (require("./huaweicloud/cloud.js") as typeof import("./huaweicloud/cloud.js")).connect(...parameters);
const alicloud: Connect = (...parameters) =>
  (require("./alicloud/cloud.js") as typeof import("./alicloud/cloud.js")).connect(...parameters);

const grayscaleReleaseProvider: DynamicProvider = whenMet(() => {
  const { grayscaleRelease } =
    require("./huaweicloud/grayscale-release.js") as typeof import("./huaweicloud/grayscale-release.js");
  return dynamicProvider(grayscaleRelease, huaweicloud);
});
const livedataDeploymentProvider: DynamicProvider = whenMet(() => {
  const { livedataDeployment } =
    require("./huaweicloud/livedata-deployment.js") as typeof import("./huaweicloud/livedata-deployment.js");
  return dynamicProvider(livedataDeployment, huaweicloud);
});
const imageSyncTaskProvider: DynamicProvider = whenMet(() => {
  const { imageSyncTask } =
    require("./huaweicloud/image-sync-task.js") as typeof import("./huaweicloud/image-sync-task.js");
  return dynamicProvider(imageSyncTask, huaweicloud);
});
const changeOrderProvider: DynamicProvider = whenMet(() => {
  const { changeOrder } =
    require("./alicloud/change-order.js") as typeof import("./alicloud/change-order.js");
  return dynamicProvider(changeOrder, alicloud);
});

function whenMet(load: () => DynamicProvider): DynamicProvider {
  let provider: DynamicProvider | undefined;
  const met = (): DynamicProvider => (provider ??= load());
  return {
    configure: (request) => met().configure(request),
    check: (olds, news) => met().check(olds, news),
    diff: (id, olds, news) => met().diff(id, olds, news),
    create: (inputs) => met().create(inputs),
    read: (id, props) => met().read(id, props),
    update: (id, olds, news) => met().update(id, olds, news),
    delete: (id, props) => met().delete(id, props),
  };
}

export {
  grayscaleReleaseProvider as "huaweicloud:GrayscaleRelease",
  livedataDeploymentProvider as "huaweicloud:LivedataDeployment",
  imageSyncTaskProvider as "huaweicloud:ImageSyncTask",
  changeOrderProvider as "alicloud:ChangeOrder",
};
