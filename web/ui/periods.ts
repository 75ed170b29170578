const [HOUR_S, DAY_S] = [3600, 86_400];

/** What a rate is counted over, as the server names it; a month is thirty days to it. */
export const PERIOD_SECONDS: Readonly<Record<string, number>> = {
  ...{ second: 1, minute: 60, hour: HOUR_S, day: DAY_S, month: 30 * DAY_S },
};
