import type { Problem } from '../api/call.js';
import { useTexts } from '../texts/texts.js';
import { Dialog } from '../ui/dialog.js';
import { loginHref } from './session.js';

/** Over the page, which stays as it is; what was typed is kept, and there again after the login. */
export function LoginEnded({ problem }: { problem: Problem }) {
  const { t } = useTexts();
  const isEnded = problem.code !== 'OWNER_DISABLED';
  const foot = (
    <a class="button button-primary" href={loginHref()} autofocus>
      <span>{t.loginEnded.again}</span>
    </a>
  );
  return (
    <Dialog
      title={isEnded ? t.loginEnded.title : t.loginEnded.disabled}
      onClose={() => undefined}
      foot={foot}
      mustDecide
    >
      <p>{isEnded ? t.loginEnded.text : t.problem(problem)}</p>
    </Dialog>
  );
}
