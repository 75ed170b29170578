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

const HELP = `Lists and ends keys straight in the database, when Keycloak or the server is away.

${ownCommand('keys', 'COMMAND [options]')}

  list                     keys, the newest first, with any of:
      --owner ID_OR_LOGIN    of this person
      --status STATE,…       in these states: live, disabled, expired, revoked
      --unused-since INSTANT not used since, and there already then, such as 2026-01-31T12:00:00Z
      --expires-before INSTANT
      --q TEXT               part of the name or the description
      --json | --csv         JSON, a key a line; or CSV with a head
  show KEY [--json]        everything of a key but the key
  revoke KEY… [--reason TEXT]
                           end keys for good
  disable KEY… [--reason TEXT]
  enable KEY… [--reason TEXT]
                           switch keys off for the time being, and on again
  revoke-all --owner ID_OR_LOGIN [--reason TEXT] [--yes]
                           end all keys of a person; it asks before, unless --yes is given
  erase --owner ID --yes   the same, and forget for good what the person is called, in the audit too
  replay --from FILE       in a database restored from an earlier day, before the servers start: end again what had
                           ended since, as an export of the audit tells; what else was changed is named
  --help                   this text

KEY is an id (key_…). A key itself is taken as well and never printed, but others may see it in the list of processes
and in the shell's history.
It takes the server's own settings and asks Keycloak nothing. Servers that run on the same PostgreSQL know of a change
within a second; of the embedded database the server must be stopped before. The audit has each change as the operator's.
Exit code: 0 done, 1 something was not found or not done (each is named), 2 the command can't be understood.
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
    throw new UsageError(
      'revoke-all asks before it ends keys, and there is no terminal to ask on. Give --yes.',
    );
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
