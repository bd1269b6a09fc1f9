import { pulumi, type Target } from "../pulumi.js";
import { fromEvents, type Preview } from "./preview.js";

/** Lets the user's own Pulumi preview an update, or a destroy, and answers what it plans. */
export async function runPreview(target: Target, destroy: boolean): Promise<Preview> {
  const stackName = target.stack ?? pulumi(target, ["stack", "--show-name"]).trim();
  // Slow to load, and not needed to read a preview that is saved.
  const { LocalWorkspace, Stack } = await import("@pulumi/pulumi/automation/index.js");
  const workspace = await LocalWorkspace.create({ workDir: target.folder });
  // A look must not change which stack the user has selected; an unknown one is named by the preview itself.
  const unselected = Object.assign(workspace, { selectStack: async () => undefined });
  const stack = await Stack.select(stackName, unselected);
  const events: object[] = [];
  let said = "";
  const options = {
    color: "never",
    onEvent: (event: object) => void events.push(event),
    onError: (text: string) => void (said += text),
  } as const;
  try {
    await (destroy ? stack.previewDestroy(options) : stack.preview(options));
    return fromEvents(events);
  } catch (error) {
    const seen = fromEvents(events);
    const words = said.trim() || (error instanceof Error ? error.message : String(error));
    return { ...seen, errors: seen.errors.length > 0 ? seen.errors : [words.replace(/^error: /, "")] };
  }
}
