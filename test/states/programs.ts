// The programs whose states are kept, and how each state came to be. Never changed: a later program gets a new name.
import * as pulumi from "@pulumi/pulumi";
import type { PulumiFn } from "@pulumi/pulumi/automation/index.js";
import { huaweicloud } from "pulumi-grayscale";
import { exampleProgram } from "../../tools/example-program.js";
import type { OpenedStack } from "../../tools/stack.js";
import type { SimulatedCloud } from "../simulated-cloud.js";

export interface RecordedProgram {
  program: PulumiFn;
  /** From the empty stack to the state. */
  record(stack: OpenedStack, cloud: SimulatedCloud): Promise<void>;
}

const labels = { app: "reviews", version: "v2" };
const release = {
  meshId: "mesh-1",
  namespace: "default",
  serviceName: "reviews",
  clusterId: "cluster-1",
  deploymentName: "reviews-v1",
  version: "v2",
  type: "canary",
  grayDeployments: [
    {
      clusterId: "cluster-1",
      template: {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name: "reviews-v2", labels },
        spec: {
          selector: { matchLabels: labels },
          template: {
            metadata: { labels },
            spec: { containers: [{ name: "reviews", image: "swr.example.com/team/reviews:2.0" }] },
          },
        },
      },
    },
  ],
};

export const programs: Readonly<Record<string, RecordedProgram>> = {
  tour: {
    program: exampleProgram("tour"),
    record: async (stack) => void (await stack.perform("up")),
  },

  unfinished: {
    program: async () => {
      new huaweicloud.GrayscaleRelease("reviews-v2", {
        ...release,
        readyPhases: ["Running"],
        timeoutSeconds: 5,
      });
      new huaweicloud.LivedataDeployment("orders", {
        instanceId: "instance-1",
        apiId: "api-1",
        triggers: { digest: pulumi.secret("correct-horse-battery") },
        timeoutSeconds: 5,
      });
    },
    record: async (stack, cloud) => {
      cloud.setProgress({ advance: "never" });
      await stack.perform("up");
    },
  },

  "ended-elsewhere": {
    program: async () => void new huaweicloud.GrayscaleRelease("reviews-v2", release),
    record: async (stack, cloud) => {
      await stack.perform("up");
      cloud.cloud.releases = [];
      await stack.perform("refresh");
    },
  },
};
