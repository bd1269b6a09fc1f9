import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { openWindow, type FreezeWindow } from "../../policy/windows.js";

function isOpen(window: FreezeWindow, now: string, timeZone = "UTC"): boolean {
  return openWindow([window], timeZone, new Date(now)) !== undefined;
}

test.each([
  ["2026-12-24T17:59:59.999Z", false],
  ["2026-12-24T18:00Z", true],
  ["2027-01-04T05:59:59.999Z", true],
  ["2027-01-04T06:00Z", false],
  ["2027-12-24T18:00Z", false],
])("of a date, the beginning is in it and the end is not: %s", (now, open) => {
  expect(isOpen({ from: "2026-12-24 18:00", to: "2027-01-04 06:00" }, now)).toBe(open);
});

// The 4th of December 2026 is a Friday.
test.each([
  ["2026-12-04T15:59Z", false],
  ["2026-12-04T16:00Z", true],
  ["2026-12-06T23:59Z", true],
  ["2026-12-07T00:00Z", true],
  ["2026-12-07T07:59Z", true],
  ["2026-12-07T08:00Z", false],
  ["2026-12-09T12:00Z", false],
])("of a week, it may go over its end: %s", (now, open) => {
  expect(isOpen({ from: "Fri 16:00", to: "Mon 08:00" }, now)).toBe(open);
});

test.each([
  ["2026-12-04T21:59Z", false],
  ["2026-12-04T22:00Z", true],
  ["2026-12-05T00:00Z", true],
  ["2026-12-05T05:59Z", true],
  ["2026-12-05T06:00Z", false],
])("of a day, it may go over midnight: %s", (now, open) => {
  expect(isOpen({ from: "22:00", to: "06:00" }, now)).toBe(open);
});

describe("by the clocks of a time zone", () => {
  const morning = { from: "02:30", to: "03:30" };

  test("far from UTC, even the day is another one", () => {
    expect(isOpen({ from: "Sat 00:00", to: "Sun 00:00" }, "2026-12-04T16:30Z", "Asia/Shanghai")).toBe(true);
    expect(isOpen({ from: "Sat 00:00", to: "Sun 00:00" }, "2026-12-04T16:30Z")).toBe(false);
  });

  test("when the clocks go forward, the hour that is left out is never in it", () => {
    // 01:59 and then 03:00 in Berlin.
    expect(isOpen(morning, "2026-03-29T00:59Z", "Europe/Berlin")).toBe(false);
    expect(isOpen(morning, "2026-03-29T01:00Z", "Europe/Berlin")).toBe(true);
    expect(isOpen(morning, "2026-03-29T01:30Z", "Europe/Berlin")).toBe(false);
  });

  test("when the clocks go back, the hour that comes twice counts twice", () => {
    // 02:30 comes at 00:30Z and at 01:30Z in Berlin.
    const half = { from: "02:15", to: "02:45" };
    const open = ["00:30", "00:50", "01:30", "01:50"].map((at) =>
      isOpen(half, `2026-10-25T${at}Z`, "Europe/Berlin"),
    );
    expect(open).toEqual([true, false, true, false]);
  });

  test("an unknown zone is an error", () => {
    expect(() => isOpen(morning, "2026-01-01T00:00Z", "Moon/Base")).toThrow("Moon/Base");
  });
});

test("the first of those that are open is named", () => {
  const windows = [
    { from: "2026-01-01 00:00", to: "2026-01-02 00:00", reason: "one" },
    { from: "12:00", to: "14:00", reason: "two" },
    { from: "11:00", to: "15:00", reason: "three" },
  ];
  expect(openWindow(windows, "UTC", new Date("2026-12-04T13:00Z"))?.reason).toBe("two");
});

test.each([
  ["2026-13-01 00:00", "2027-01-01 00:00", 'A freeze window has "2026-13-01 00:00", which is not like'],
  ["2026-02-30 00:00", "2027-01-01 00:00", 'A freeze window has "2026-02-30 00:00", which is not like'],
  ["24:00", "06:00", 'A freeze window has "24:00", which is not like'],
  ["Friday 16:00", "Mon 08:00", 'A freeze window has "Friday 16:00", which is not like'],
  ["Fri 16:00", "08:00", 'The freeze window from "Fri 16:00" to "08:00" has ends of two forms.'],
  ["08:00", "08:00", 'The freeze window from "08:00" to "08:00" has no length.'],
  ["2027-01-02 00:00", "2027-01-01 00:00", "ends before it begins."],
])("from %j to %j is refused, also while another one is open", (from, to, message) => {
  const windows = [
    { from: "00:00", to: "23:59" },
    { from, to },
  ];
  expect(() => openWindow(windows, "UTC", new Date("2026-12-04T12:00Z"))).toThrow(message);
});

const clockTime = fc
  .record({ hour: fc.nat(23), minute: fc.nat(59) })
  .map(({ hour, minute }) => `${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`);
const weekTime = fc
  .tuple(fc.constantFrom("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"), clockTime)
  .map((parts) => parts.join(" "));
const dateTime = fc
  .date({ min: new Date("2026-01-01T00:00Z"), max: new Date("2027-01-01T00:00Z"), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 16).replace("T", " "));
const instant = fc.date({
  min: new Date("2025-12-01T00:00Z"),
  max: new Date("2027-02-01T00:00Z"),
  noInvalidDate: true,
});
const zone = fc.constantFrom("UTC", "Europe/Berlin", "Asia/Shanghai", "America/St_Johns", "Asia/Kathmandu");

test("at every instant, either a window of the week or day is open or the one that turns it round", () => {
  const ends = fc.oneof(fc.tuple(weekTime, weekTime), fc.tuple(clockTime, clockTime));
  fc.assert(
    fc.property(ends, instant, zone, ([from, to], now, timeZone) => {
      fc.pre(from !== to);
      const opened = [
        { from, to },
        { from: to, to: from },
      ].map((window) => openWindow([window], timeZone, now) !== undefined);
      expect(opened.filter(Boolean)).toHaveLength(1);
    }),
  );
});

test("in UTC, a window of a date is open exactly between its ends", () => {
  fc.assert(
    fc.property(dateTime, dateTime, instant, (one, other, now) => {
      fc.pre(one !== other);
      const [from = "", to = ""] = [one, other].toSorted();
      const [start, end] = [from, to].map((text) => Date.parse(`${text.replace(" ", "T")}Z`));
      const between = (start ?? 0) <= now.getTime() && now.getTime() < (end ?? 0);
      expect(openWindow([{ from, to }], "UTC", now) !== undefined).toBe(between);
    }),
  );
});
