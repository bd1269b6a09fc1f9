/**
 * A time in which nothing shall move. Both ends are what a clock on the wall shows, and are of one form: a date
 * (`2026-12-24 18:00`), a time of every week (`Fri 16:00`) or of every day (`22:00`). `from` is in it, `to` is not;
 * those of a week or a day may go over its end.
 */
export interface FreezeWindow {
  from: string;
  to: string;
  reason?: string;
}

/** The forms of `from` and `to`. */
export const momentPattern: string = String.raw`^(\d{4}-\d{2}-\d{2} |(Mon|Tue|Wed|Thu|Fri|Sat|Sun) )?([01]\d|2[0-3]):[0-5]\d$`;

const weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

type Form = "date" | "week" | "day";

/** The first of the windows that is open at an instant, by the clocks of a time zone. */
export function openWindow(
  windows: readonly FreezeWindow[],
  timeZone: string,
  now: Date,
): FreezeWindow | undefined {
  const clock = readClock(now, timeZone);
  // Each of them is looked at, so that a wrong one is told before its day comes.
  return windows[windows.map((window) => isOpen(window, clock)).indexOf(true)];
}

function isOpen(window: FreezeWindow, clock: Record<Form, number>): boolean {
  const [from, to] = [readMoment(window.from), readMoment(window.to)];
  const words = `The freeze window from "${window.from}" to "${window.to}"`;
  if (from.form !== to.form) throw new Error(`${words} has ends of two forms.`);
  if (from.minutes === to.minutes) throw new Error(`${words} has no length.`);
  const here = clock[from.form];
  if (from.minutes < to.minutes) return from.minutes <= here && here < to.minutes;
  if (from.form === "date") throw new Error(`${words} ends before it begins.`);
  return from.minutes <= here || here < to.minutes;
}

/** How many minutes of the calendar, the week or the day have gone. */
function readMoment(text: string): { form: Form; minutes: number } {
  const wrong = `A freeze window has "${text}", which is not like "2026-12-24 18:00", "Fri 16:00" or "22:00".`;
  if (!new RegExp(momentPattern).test(text)) throw new Error(wrong);
  const minutes = Number(text.slice(-5, -3)) * 60 + Number(text.slice(-2));
  const day = text.slice(0, -6);
  if (day === "") return { form: "day", minutes };
  if (day.length === 3) return { form: "week", minutes: weekdays.indexOf(day) * 24 * 60 + minutes };
  const midnight = new Date(`${day}T00:00Z`);
  // A 30th of February is none.
  if (Number.isNaN(midnight.getTime()) || !midnight.toISOString().startsWith(day)) throw new Error(wrong);
  return { form: "date", minutes: midnight.getTime() / 60_000 + minutes };
}

/** What the clocks of a time zone show, in each of the forms. */
function readClock(now: Date, timeZone: string): Record<Form, number> {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone,
    calendar: "gregory",
    numberingSystem: "latn",
    hourCycle: "h23",
    weekday: "short",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
  });
  const shown = Object.fromEntries(format.formatToParts(now).map(({ type, value }) => [type, value]));
  const { weekday, year, month, day, hour, minute } = shown;
  return {
    date: readMoment(`${year}-${month}-${day} ${hour}:${minute}`).minutes,
    week: readMoment(`${weekday} ${hour}:${minute}`).minutes,
    day: readMoment(`${hour}:${minute}`).minutes,
  };
}
