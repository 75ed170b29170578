import { useTexts } from '../../texts/texts.js';
import { Link } from '../../ui/button.js';

interface OwnerNameProps {
  readonly id: string;
  readonly login: string | null;
  readonly name?: string | null;
}

const personAddress = (id: string): string => `/admin/people/${encodeURIComponent(id)}`;
export const adminKeyAddress = (id: string): string => `/admin/keys/${encodeURIComponent(id)}`;

/** A person by the best name there is, with the way to all about that person. */
export function OwnerName({ id, login, name }: OwnerNameProps) {
  const { t } = useTexts();
  return (
    <span class="owner">
      <Link to={personAddress(id)} class="key-link">
        {login ?? name ?? t.admin.erased}
      </Link>
      {name && name !== login && <span class="owner-name">{name}</span>}
    </span>
  );
}
