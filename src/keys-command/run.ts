import { ownCommand } from '../config/own-command.js';
import { changeKeys, disable, enable, revoke } from './change-keys.js';
import type { Deed } from './change-keys.js';
import { erase, revokeAll } from './change-owners.js';
import { whyNot } from './named-keys.js';
import type { Parts } from './parts.js';
import { list, show } from './read-keys.js';
import { replay } from './replay.js';
import type { Terminal } from './terminal.js';
import { readWish, UsageError } from './wish.js';
import type { Wish } from './wish.js';

const HELP = `Lists and revokes keys directly in the database, for when Keycloak or the server is unavailable.

${ownCommand('keys', 'COMMAND [options]')}

  list                     keys, the newest first, with any of:
      --owner ID_OR_LOGIN    of this person
      --status STATE,…       in these states: live, disabled, expired, revoked
      --unused-since INSTANT not used since, and made before it, such as 2026-01-31T12:00:00Z
      --expires-before INSTANT
      --q TEXT               part of the name or the description
      --json | --csv         JSON, one key per line; or CSV with a header
  show KEY [--json]        everything of a key but the key
  revoke KEY… [--reason TEXT]
                           revoke keys for good
  disable KEY… [--reason TEXT]
  enable KEY… [--reason TEXT]
                           switch keys off for the time being, and on again
  revoke-all --owner ID_OR_LOGIN [--reason TEXT] [--yes]
                           revoke all keys of a person; asks for confirmation unless --yes is given
  erase --owner ID --yes   the same, and erase the person's login and name for good, in the audit too
  replay --from FILE       in a database restored from an earlier day, before the servers start: revoke or disable again
                           the keys that were since, according to an export of the audit; names other changes
  --help                   this text

KEY is an id (key_…). The key itself is accepted, too, and never printed, but others may see it in the list of
processes and in the shell's history.
It uses the server's own settings and does not contact Keycloak. Servers on the same PostgreSQL know of a change within a
second; with the embedded database, stop the server first. The audit records each change as the operator's.
Exit code: 0 done, 1 something was not found or not done (each is named), 2 the command was not understood.
`;

/** The opened database, and how it is closed. */
interface Opened {
  readonly parts: Parts;
  close(): Promise<void>;
}

/** @returns the exit code */
export async function runKeys(
  args: readonly string[],
  terminal: Terminal,
  open: () => Promise<Opened>,
): Promise<number> {
  try {
    const wish = readWish(args);
    if (!wish) await terminal.out(HELP);
    else {
      expectAnswer(wish, terminal);
      return (await performed(wish, terminal, await open())) ? 0 : 1;
    }
    return 0;
  } catch (error) {
    terminal.err(`${whyNot(error)}\n`);
    if (!(error instanceof UsageError)) return 1;
    terminal.err(`\n${HELP}`);
    return 2;
  }
}

/** Before anything is opened. @throws UsageError */
function expectAnswer({ command, yes }: Wish, { canAsk }: Terminal): void {
  if (command === 'revoke-all' && !yes && !canAsk)
    throw new UsageError('revoke-all asks for confirmation, and there is no terminal to ask on. Give --yes.');
}

async function performed(wish: Wish, terminal: Terminal, { parts, close }: Opened): Promise<boolean> {
  try {
    return await COMMANDS[wish.command](parts, wish, terminal);
  } finally {
    await close();
  }
}

type Perform = (parts: Parts, wish: Wish, terminal: Terminal) => Promise<boolean>;

const changing =
  (deed: Deed): Perform =>
  (parts, wish, terminal) =>
    changeKeys(parts, wish, terminal, deed);

const COMMANDS: Readonly<Record<Wish['command'], Perform>> = {
  list,
  show,
  revoke: changing(revoke),
  disable: changing(disable),
  enable: changing(enable),
  'revoke-all': revokeAll,
  erase,
  replay,
};
