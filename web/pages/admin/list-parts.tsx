import type { ComponentChildren } from 'preact';
import type { Pages } from '../../api/pages.js';
import { useTexts } from '../../texts/texts.js';
import { Button, ButtonLink } from '../../ui/button.js';
import { Empty, ProblemNotice } from '../../ui/notice.js';
import { TableSkeleton } from '../../ui/table.js';

type AnyList = Pages<unknown, unknown>;

interface ListProps {
  readonly list: AnyList;
  /** What is said while the first page is on its way. */
  readonly label: string;
  readonly none: {
    readonly title: string;
    readonly text: string;
    readonly clearTo?: string;
    readonly clear?: string;
  };
  readonly children: ComponentChildren;
}

/** The list, or why there is none to see. */
export function ListOrReason({ list, label, none, children }: ListProps) {
  const { first, items, problem, isLoading, reload } = list;
  if (problem && !items.length) return <ProblemNotice problem={problem} onAgain={reload} />;
  if (!first) return <TableSkeleton label={label} />;
  if (items.length || isLoading)
    return (
      <>
        {problem && <ProblemNotice problem={problem} onAgain={reload} />}
        {children}
      </>
    );
  const clear = none.clearTo && (
    <ButtonLink to={none.clearTo} icon="close">
      {none.clear}
    </ButtonLink>
  );
  return (
    <Empty icon="search" title={none.title} actions={clear}>
      <p>{none.text}</p>
    </Empty>
  );
}

export function ListFoot({
  list: { moreProblem, more, isLoading },
  shown,
}: {
  list: AnyList;
  shown: string;
}) {
  const { t } = useTexts();
  return (
    <>
      {moreProblem && <ProblemNotice problem={moreProblem} onAgain={more} />}
      <footer class="list-foot">
        <span role="status">{shown}</span>
        {more && (
          <Button small disabled={isLoading} onClick={more}>
            {t.admin.more}
          </Button>
        )}
      </footer>
    </>
  );
}
