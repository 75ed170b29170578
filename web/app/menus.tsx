import { LANGUAGES, useTexts } from '../texts/texts.js';
import type { Language } from '../texts/texts.js';
import { Icon } from '../ui/icons.js';
import { Menu } from '../ui/menu.js';
import { useToast } from '../ui/toast.js';
import { hrefTo } from './address.js';
import { logOut, useSession } from './session.js';
import { THEMES, useTheme } from './theme.js';

export function LanguageMenu() {
  const { t, language, choose } = useTexts();
  const items = (Object.keys(LANGUAGES) as Language[]).map((code) => ({
    text: LANGUAGES[code],
    chosen: code === language,
    act: () => choose(code),
  }));
  return <Menu label={t.layout.language} button={<Icon name="globe" />} items={items} />;
}

const THEME_ICONS = { system: 'monitor', light: 'sun', dark: 'moon' } as const;

export function AppearanceMenu() {
  const { t } = useTexts();
  const [theme, setTheme] = useTheme();
  const items = THEMES.map((name) => ({
    text: t.layout.themes[name],
    icon: THEME_ICONS[name],
    chosen: name === theme,
    act: () => setTheme(name),
  }));
  return <Menu label={t.layout.theme} button={<Icon name={THEME_ICONS[theme]} />} items={items} />;
}

export function AccountMenu() {
  const { t } = useTexts();
  const session = useSession();
  const say = useToast();
  if (session.state !== 'open') return null;
  const { login, name, roles, id } = session.me;
  const shown = name ?? login ?? id;
  const leave = (): void => {
    logOut().catch(() => say(t.layout.logOutFailed, 'bad'));
  };
  const head = (
    <>
      <strong>{shown}</strong>
      {login && login !== shown && <span>{login}</span>}
      <span>{roles.length ? t.layout.roles(roles) : t.layout.noRoles}</span>
    </>
  );
  return (
    <Menu
      label={t.layout.account(shown)}
      class="avatar"
      button={<span class="initials" data-initials={initials(shown)} />}
      head={head}
      items={[
        { text: t.layout.docs, icon: 'book', act: () => window.location.assign(hrefTo('/docs/')) },
        { text: t.layout.logOut, icon: 'logOut', act: leave, apart: true },
      ]}
    />
  );
}

function initials(name: string): string {
  const words = name.split(/[\s._-]+/).filter(Boolean);
  return [words[0], words.length > 1 ? words.at(-1) : undefined]
    .map((word) => [...(word ?? '')][0] ?? '')
    .join('');
}
