// Declares in many ways, and prints where Pulumi takes each to be declared. The comments number the calls, the innermost
// first.
const pulumi = require("@pulumi/pulumi");
const { huaweicloud } = require("pulumi-grayscale");

const args = { namespace: "team", repository: "web", targetRegion: "cn-east-3", targetNamespace: "team" };
const { ImageSyncTask } = huaweicloud;
const worker = Object.getPrototypeOf(pulumi.CustomResource);
const { stackTrace } = worker;
/** @type {({ uri: string, line: number } | undefined)[]} */
let noted = [];
// One call more than usual lies between: this one.
worker.stackTrace = (skip = 0) => (noted = stackTrace.call(worker, skip + 1));

class Mirror extends ImageSyncTask {}
class Spelled extends Mirror {
  constructor() {
    super("spelled", args);
  }
}
const unnamed = (() => class extends ImageSyncTask {})();
const sameName = { ImageSyncTask: class extends ImageSyncTask {} };
const asPulumis = { Resource: class Resource extends huaweicloud.ImageSyncTask {} };
class Service extends pulumi.ComponentResource {
  constructor() {
    super("shop:web:Service", "service");
    new ImageSyncTask("within", args, { parent: this }); // component 1
  }
}
const inFunction = () => new ImageSyncTask("called", args); // function 1

const ways = {
  plain: () => new ImageSyncTask("plain", args), // plain 1
  function: () => inFunction(), // function 2
  subclass: () => new Mirror("mirror", args), // subclass 1
  "a subclass of that": () => new Spelled(), // a subclass of that 1
  "no name": () => new unnamed("unnamed", args), // no name 1
  "the same name": () => new sameName.ImageSyncTask("same", args), // the same name 1
  "a name of Pulumi's": () => new asPulumis.Resource("pulumis", args), // a name of Pulumi's 1
  component: () => new Service(), // component 2
  read: () => ImageSyncTask.get("read", "cn-north-4/team/web/cn-east-3/team"), // read 1
};

async function main() {
  await pulumi.runtime.setMocks({
    newResource: ({ name, inputs }) => ({ id: name, state: inputs }),
    call: ({ inputs }) => inputs,
  });
  const found = new Map();
  for (const [way, declare] of Object.entries(ways)) {
    declare();
    const places = noted.map((position) => position && `${position.uri.split("/").at(-1)}:${position.line}`);
    found.set(way, places);
  }
  process.stdout.write(JSON.stringify(Object.fromEntries(found)));
}

void main();
