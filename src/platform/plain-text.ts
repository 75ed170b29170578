/** No control characters, no half surrogate pairs, nothing that turns the direction of the text around. */
export const PLAIN = /^[^\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]*$/u;
/** An instant that says its zone, and that has four digits of year in UTC as well. */
export const INSTANT =
  /^(?!9999-12-31T.*-\d{2}:\d{2}$)\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})$/;
