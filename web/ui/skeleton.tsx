/** Where something larger will be. */
export const Skeleton = ({ label }: { label: string }) => (
  <div class="skeleton-block" role="status" aria-label={label}>
    <span class="skeleton" />
  </div>
);
