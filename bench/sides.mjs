// Starts what is set side by side: our server, the bare ones that send its bytes, another build of it, others' servers.
import { startBetterAuth } from './better-auth.mjs';
import { block, headerCase, refusedCases } from './cases.mjs';
import { ask, start } from './servers.mjs';
import { answerTo } from './wire.mjs';

/**
 * @param settingsOf the settings of our server that has this many keys
 * @param given keys that are in the database; none where each server makes its own
 * @param sibling the URL of another empty database
 */
export async function startSides(options, settingsOf, given, sibling) {
  const profileTo = options.profile ? options.resultsIn : undefined;
  const ours = await start('ours', settingsOf(options.keys), profileTo);
  await block(ours);
  const secrets = given.length > 0 ? given : ours.secrets;
  const answers = await answersOf(ours, secrets[0]);
  const sides = {
    ours,
    ...(await bareSides(answers, options.dist)),
    ...(await besideEachOther(settingsOf(1), answers.header)),
    withoutLane: await start('ours-without-lane', settingsOf(1)),
    bareNest: await start('bare-nest', { answer: answers.header }),
  };
  if (options['against-dist']) Object.assign(sides, await twoBuilds(options, settingsOf(1), sibling));
  if (options.against) sides.betterAuth = await startBetterAuth((await sibling('better_auth')).databaseUrl);
  return { sides, secrets };
}

async function answersOf(ours, key) {
  const { badChecksum, blocked } = refusedCases(ours, key);
  return {
    header: await answerTo(headerCase(ours, key)),
    forbidden: await answerTo(badChecksum),
    tooMany: await answerTo(blocked),
  };
}

/** Each alone in its process. */
async function bareSides({ header, forbidden, tooMany }, dist) {
  return {
    bareNode: await start('bare-node', { answer: header }),
    bare403: await start('bare-node', { answer: forbidden }),
    bare429: await start('bare-node', { answer: tooMany }),
    bareAmongModules: await start('bare-among-modules', { answer: header, dist }),
  };
}

/** Two servers in one process, whose CPU is that of the one under load. */
async function besideEachOther(settings, answer) {
  const beside = await start('ours', settings);
  const { port } = await ask(beside, { bare: answer });
  return { beside, bareBeside: { ...beside, port } };
}

/**
 * Both alike but for their code: the one that answers all other cases too would be the slower for that. A build may know
 * other tables, so each has a database of its own and fills it.
 */
async function twoBuilds({ dist, 'against-dist': other }, settings, sibling) {
  const build = async (from, name) =>
    start('ours', { ...settings, ...(await sibling(name)), dist: from, keys: 1 });
  return { thisBuild: await build(dist, 'this_build'), thatBuild: await build(other, 'that_build') };
}
