// The floor: a provider that returns at once, found by a text as long as ours.
interface Answered {
  readonly id: string;
  readonly outs: object;
}

let made = 0;

/** Where the cloud is to be far away: as many answers are waited for as ours has to, one after the other. */
const latency = Number(process.env["BENCH_LATENCY"] ?? 0);
const answers = async (count: number): Promise<void> => {
  if (latency > 0) await new Promise((resolve) => setTimeout(resolve, count * latency));
};

const floor = {
  check: async (_olds: object, news: object): Promise<object> => ({ inputs: news }),
  diff: async (): Promise<object> => ({ changes: false }),
  create: async (inputs: object): Promise<Answered> => {
    // A look, the write, and a look that confirms it.
    await answers(3);
    return { id: `floor-${(made += 1)}`, outs: inputs };
  },
  read: async (id: string, props: object): Promise<object> => {
    await answers(1);
    return { id, props };
  },
  update: async (_id: string, _olds: object, news: object): Promise<object> => ({ outs: news }),
  delete: (): Promise<void> => answers(1),
};

export {
  floor as "huaweicloud:GrayscaleRelease",
  floor as "huaweicloud:LivedataDeployment",
  floor as "huaweicloud:ImageSyncTask",
  floor as "alicloud:ChangeOrder",
};
