const MASK = '[key]';
const PREFIXED = /[a-z0-9]{2,8}_[0-9A-Za-z]{30,}/gi;
const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;
const PARAMETER = /([?&])([^?&=#]*)=[^&#]*/g;
/** Parameters whose value is a secret, whatever it looks like: what a key may be called by the settings is among them. */
const SECRET = /key|token|auth|secret|password|state|^code$/i;

/** The URL without any key in it: the path carrier, the query parameter, and anything that has a key's shape. */
export function redactUrl(url: string): string {
  const plain = decodedOnce(url);
  return plain
    .replace(/(^|\/)k\/[^/?#]+/gi, `$1k/${MASK}`)
    .replace(PARAMETER, (all: string, sign: string, name: string) =>
      SECRET.test(name) ? `${sign}${name}=${MASK}` : all,
    )
    .replace(PREFIXED, MASK)
    .replace(UUID, MASK);
}

/** Whether a secret stands in the query, by the name of its parameter. */
export const holdsSecret = (url: string): boolean =>
  [...decodedOnce(url).matchAll(PARAMETER)].some(([, , name]) => SECRET.test(name!));

/** Any text without a key of our own form. The predecessor's UUIDs look like other ids and are masked in URLs. */
export const maskKeys = (text: string): string => text.replace(PREFIXED, MASK);

/** A key may hide behind percent signs; what can't be decoded is no key. */
function decodedOnce(url: string): string {
  return url.replace(/%[0-7][0-9a-f]/gi, (code) => {
    const sign = String.fromCharCode(Number.parseInt(code.slice(1), 16));
    return /[\w.~-]/.test(sign) ? sign : code;
  });
}
