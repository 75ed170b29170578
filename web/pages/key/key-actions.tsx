import type { Problem } from '../../api/call.js';
import type { KeyRecord } from '../../api/types.js';
import { navigate, useAddress, withQuery } from '../../app/address.js';
import { useTexts } from '../../texts/texts.js';
import { Button, ButtonLink } from '../../ui/button.js';
import { Icon } from '../../ui/icons.js';
import { Menu } from '../../ui/menu.js';
import type { MenuItem } from '../../ui/menu.js';
import { useToast } from '../../ui/toast.js';
import { actAddress } from './key-address.js';
import { changeKey } from './use-key.js';

/** Whether its owner may bring it back. */
const isReturnable = ({ state, revokedBy, replacedBy }: KeyRecord): boolean =>
  !replacedBy && (state === 'expired' || (state === 'revoked' && revokedBy === 'owner'));

/** What can be done with the key as it is. */
export function KeyActions({ of: key }: { of: KeyRecord }) {
  const { t } = useTexts();
  const { actions } = t.key;
  const address = useAddress();
  const { query } = address;
  const say = useToast();
  const enable = (): void => {
    changeKey(key, { enabled: true }).then(
      () => say(t.keys.enabled(key.name || t.keys.unnamed)),
      (problem: Problem) => say(t.problem(problem), 'bad'),
    );
  };
  const edit = (): void => navigate(withQuery(address, { edit: '1', show: undefined }));
  const isOver = key.state === 'revoked' || key.state === 'expired';
  const mayEnable = key.state === 'disabled' && key.disabledBy !== 'admin';
  return (
    <div class="key-actions">
      {key.state !== 'revoked' && (
        <Button icon="settings" onClick={edit}>
          {actions.edit}
        </Button>
      )}
      {key.state === 'live' && !key.replacedBy && (
        <ButtonLink icon="rotate" to={actAddress(key.id, 'rotate', query)}>
          {actions.rotate}
        </ButtonLink>
      )}
      {mayEnable && (
        <Button look="primary" icon="play" onClick={enable}>
          {actions.enable}
        </Button>
      )}
      {isReturnable(key) && (
        <ButtonLink icon="refresh" to={actAddress(key.id, 'renew', query)}>
          {actions.renew}
        </ButtonLink>
      )}
      {!isOver && (
        <ButtonLink class="button-ends" icon="ban" to={actAddress(key.id, 'revoke', query)}>
          {actions.revoke}
        </ButtonLink>
      )}
      <Menu label={actions.more} button={<Icon name="more" />} items={useMore(key, query)} />
    </div>
  );
}

function useMore({ id, state }: KeyRecord, query: string): MenuItem[] {
  const { t } = useTexts();
  const { actions } = t.key;
  const disable: MenuItem = { text: actions.disable, icon: 'pause', to: actAddress(id, 'disable', query) };
  const items: (MenuItem | false)[] = [
    { text: actions.duplicate, icon: 'duplicate', to: `/new?from=${id}` },
    state === 'live' && disable,
  ];
  return items.filter((item) => item !== false);
}
