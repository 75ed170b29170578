import type { Problem } from '../../api/call.js';
import { Empty, ProblemNotice } from '../../ui/notice.js';
import { Skeleton } from '../../ui/skeleton.js';
import { AdminPage } from './admin-page.js';

interface MissingProps {
  readonly problem: Problem | undefined;
  /** The list that it is one of. */
  readonly list: string;
  readonly back: { readonly to: string; readonly text: string };
  /** What is said where there is none. */
  readonly gone: { readonly title: string; readonly text: string };
  readonly loading: string;
  readonly onAgain: () => void;
}

/** Instead of a key or a person: not there yet, not to be had, or none at all. */
export function MissingPage({ problem, list, back, gone, loading, onAgain }: MissingProps) {
  if (problem?.status === 404)
    return (
      <AdminPage title={gone.title} hideTitle back={back}>
        <Empty icon="search" title={gone.title}>
          <p>{gone.text}</p>
        </Empty>
      </AdminPage>
    );
  return (
    <AdminPage title={problem ? list : loading} back={back}>
      {problem ? <ProblemNotice problem={problem} onAgain={onAgain} /> : <Skeleton label={loading} />}
    </AdminPage>
  );
}
