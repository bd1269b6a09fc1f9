import { expect, test } from "vitest";
import { exampleProgram } from "../../tools/example-program.js";
import { expectStep, openSimulatedStack, type Step } from "./simulated-stack.js";

const project = "GET /v3/projects?name=cn-north-4 200";
const order = "POST /pop/v5/changeorder/change_order_info?ChangeOrderId={id} 200";
const confirm = (batch: number): string =>
  `GET /pop/v5/changeorder/pipeline_batch_confirm?Confirm=true&PipelineId={id}-batch-${batch} 200`;
const api = "/v2/{project}/apic/instances/instance-1/livedata-apis/api-1";
const tasksOf = (repository: string): string => `/v2/manage/namespaces/team/repos/${repository}/sync_repo`;
const releases = "/v2/meshes/mesh-1/namespaces/default/releases";

const deploying = [`GET ${api} 200`, `GET ${api}/deploy 200`, `POST ${api}/deploy 200`, `GET ${api} 200`];
const ordering = [order, confirm(2), order, confirm(3), order, confirm(4), order];

interface Example {
  resources: number;
  /** Declared side by side: their calls come in any order. */
  isParallel?: boolean;
  up: string[];
  refresh: string[];
  destroy: string[];
}

const examples: Record<string, Example> = {
  "grayscale-release": {
    resources: 1,
    up: [project, "GET /v2/meshes/mesh-1/releases 200", `POST ${releases} 200`],
    refresh: [`GET ${releases}/{id} 200`],
    destroy: [`DELETE ${releases}/{id}?action=cancel 200`],
  },
  "livedata-deployment": {
    resources: 1,
    up: [project, ...deploying],
    refresh: [`GET ${api} 200`, `GET ${api}/deploy 200`],
    destroy: [`GET ${api} 200`, `POST ${api}/undeploy 204`, `GET ${api} 200`],
  },
  "image-sync-task": {
    resources: 2,
    isParallel: true,
    up: [project, `GET ${tasksOf("shop%24web")} 200`, `POST ${tasksOf("shop%24web")} 200`],
    refresh: [`GET ${tasksOf("shop%24web")} 200`],
    destroy: [`DELETE ${tasksOf("shop%24web")} 200`],
  },
  "change-order": { resources: 1, up: ordering, refresh: [], destroy: [] },
  tour: {
    resources: 4,
    isParallel: true,
    up: [
      project,
      `GET ${tasksOf("reviews")} 200`,
      `POST ${tasksOf("reviews")} 200`,
      ...deploying,
      "GET /v2/meshes/mesh-1/releases 200",
      `POST ${releases} 200`,
      ...ordering,
    ],
    refresh: [
      `GET ${tasksOf("reviews")} 200`,
      `GET ${api} 200`,
      `GET ${api}/deploy 200`,
      `GET ${releases}/{id} 200`,
    ],
    destroy: [
      `DELETE ${releases}/{id}?action=cancel 200`,
      `GET ${api} 200`,
      `POST ${api}/undeploy 204`,
      `GET ${api} 200`,
      `DELETE ${tasksOf("reviews")} 200`,
    ],
  },
};

function inAnyOrder(calls: string[]): string[] {
  return [...new Set(calls)].toSorted();
}

test.each(Object.entries(examples))("%s lives its whole life", async (name, example) => {
  const { perform, cloud, stored, outputs } = await openSimulatedStack(exampleProgram(name));
  const expectCalls = (step: Step, did: string, calls: string[]): void =>
    example.isParallel === true
      ? expectStep({ ...step, calls: inAnyOrder(step.calls) }, did, inAnyOrder(calls))
      : expectStep(step, did, calls);
  const all = example.resources + 1;

  const preview = await perform("preview");
  expectCalls(preview, `create ${all}`, []);
  const up = await perform("up");
  expectCalls(up, `create ${all}`, example.up);
  expect(await stored()).toHaveLength(example.resources);
  expect(JSON.stringify(await outputs())).not.toMatch(/null|"value":""/);

  for (const operation of ["preview", "up"] as const) {
    expectCalls(await perform(operation, { expectNoChanges: true }), `same ${all}`, []);
  }
  expectCalls(await perform("refresh", { expectNoChanges: true }), `same ${all}`, example.refresh);
  const destroy = await perform("destroy");
  expectCalls(destroy, `delete ${all}`, example.destroy);
  expect([...preview.diagnostics, ...up.diagnostics, ...destroy.diagnostics].join("\n")).not.toMatch(
    /warning|error/,
  );

  expect(cloud.cloud).toMatchObject({ releases: [], syncTasks: [] });
  expect(cloud.cloud.livedataApis.map(({ status }) => status)).toEqual([3, 3]);
  // What was done to an order stays done.
  const [, checkout] = cloud.cloud.changeOrders;
  expect(checkout?.status).toBe(name === "change-order" || name === "tour" ? 2 : 8);
});
