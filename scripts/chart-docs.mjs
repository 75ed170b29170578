// Writes what the comments of helm/values.yaml say into helm/README.md, with the examples of helm/ci beside it, and into the
// descriptions of helm/values.schema.json. With --check it writes nothing, and ends with 1 where one of them is out of date.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { isMap, parseDocument } from 'yaml';

const CHART = join(import.meta.dirname, '..', 'helm');
const read = (name) => readFileSync(join(CHART, name), 'utf8');

/** The comment that stands right before a name; one that a blank line parts from it is about what follows altogether. */
const lastBlock = (comment) =>
  (comment ?? '')
    .split(/\n\s*\n/)
    .at(-1)
    .split('\n')
    .map((line) => line.trim())
    .join(' ')
    .trim();

/** Every value with its path, its comment and its default; maps that the schema knows the names of come with their parts. */
function valuesOf(map, schema, path = []) {
  return map.items.flatMap(({ key, value }, i) => {
    const name = [...path, key.value];
    const known = schema.properties?.[key.value];
    if (!known) throw new Error(`${name.join('.')} is in values.yaml, but not in values.schema.json.`);
    const before = key.commentBefore ?? (i === 0 ? map.commentBefore : undefined);
    const one = { name: name.join('.'), comment: lastBlock(before), schema: known };
    if (isMap(value) && known.properties) return [one, ...valuesOf(value, known, name)];
    return [{ ...one, fallback: value.toJSON() }];
  });
}

const escaped = (text) => text.replaceAll('|', '\\|').replaceAll('<', '&lt;');

function row({ name, comment, fallback }) {
  if (!comment) throw new Error(`${name} has no comment in values.yaml.`);
  const shown = fallback === undefined ? '' : `\`${JSON.stringify(fallback)}\``;
  return `| \`${name}\` | ${shown} | ${escaped(comment)} |`;
}

const table = (values) =>
  ['| value | default | meaning |', '| --- | --- | --- |', ...values.map(row)].join('\n');

function example(file) {
  const [, comment, values] = /^((?:# .*\n)+)([^]*)$/.exec(read(join('ci', file)));
  const title = file.replace('-values.yaml', '').replaceAll('-', ' ');
  const words = comment.replaceAll(/^# /gm, '').trim();
  return `### ${title[0].toUpperCase()}${title.slice(1)}\n\n${words}\n\n\`\`\`yaml\n${values}\`\`\``;
}

const between = (text, mark, content) =>
  text.replace(
    new RegExp(`(<!-- ${mark} -->)[^]*(<!-- /${mark} -->)`),
    (_, begin, end) => `${begin}\n\n${content}\n\n${end}`,
  );

/** Prefixed with what the schema says of itself: a description stands first, as people write it. */
function described(schema, values) {
  for (const { schema: node, comment } of values) {
    const { description: _, ...rest } = node;
    for (const name of Object.keys(node)) delete node[name];
    Object.assign(node, { description: comment }, rest);
  }
  return JSON.stringify(schema);
}

const schema = JSON.parse(read('values.schema.json'));
const document = parseDocument(read('values.yaml'));
const values = valuesOf(document.contents, schema);
const leaves = values.filter(({ comment, fallback }) => comment || fallback !== undefined);
const examples = readdirSync(join(CHART, 'ci')).sort().map(example).join('\n\n');
const made = {
  'README.md': between(between(read('README.md'), 'values', table(leaves)), 'examples', examples),
  'values.schema.json': described(
    schema,
    values.filter(({ comment }) => comment),
  ),
};
for (const [name, text] of Object.entries(made)) {
  const file = join(CHART, name);
  const wanted = await format(text, { ...(await resolveConfig(file)), filepath: file });
  if (wanted === read(name)) continue;
  if (process.argv.includes('--check')) {
    console.error(`helm/${name} is out of date: npm run chart:docs`);
    process.exitCode = 1;
  } else writeFileSync(file, wanted);
}
