import type { Problem } from '../../api/call.js';
import { useTexts } from '../../texts/texts.js';
import { Empty, ProblemNotice } from '../../ui/notice.js';

/** Why there is no key to see. */
export function Missing({ problem, onAgain }: { problem: Problem; onAgain: () => void }) {
  const { t } = useTexts();
  if (problem.status !== 404) return <ProblemNotice problem={problem} onAgain={onAgain} />;
  return (
    <Empty icon="search" title={t.key.gone.title}>
      <p>{t.key.gone.text}</p>
    </Empty>
  );
}
