/** NUL and lone surrogates: PostgreSQL stores neither, the predecessor's SQLite did. */
const UNSTORABLE = /[\0\ud800-\udfff]/gu;

export const isStorable = (text: string): boolean => text.search(UNSTORABLE) < 0;
export const storableText = (text: string): string => text.replace(UNSTORABLE, '\ufffd');
