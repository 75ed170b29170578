const MASK = '[key]';
const KEY_SHAPES = /[a-z0-9]{2,8}_[0-9A-Za-z]{30,}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;

/** The URL without any key in it: the path carrier, the query parameter, and anything that has a key's shape. */
export function redactUrl(url: string): string {
  return url
    .replace(/(^|\/)k\/[^/?#]+/g, `$1k/${MASK}`)
    .replace(/([?&](?:api-key|api%2Dkey|subject_token|code|id_token_hint)=)[^&#]*/gi, `$1${MASK}`)
    .replace(KEY_SHAPES, MASK);
}
