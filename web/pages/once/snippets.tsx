import type { ComponentChildren } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { snippetsFor } from '../../snippets/snippets.js';
import type { Snippet } from '../../snippets/snippet.js';
import { en, fr } from '../../snippets/words.js';
import type { OwnPolicy, Service } from '../../api/types.js';
import { useTexts } from '../../texts/texts.js';
import { Button } from '../../ui/button.js';
import { CopyButton } from '../../ui/copy-button.js';
import { Select } from '../../ui/field.js';
import { Icon } from '../../ui/icons.js';
import { Notice } from '../../ui/notice.js';
import { Tabs } from '../../ui/tabs.js';
import { save } from './save.js';
import { masked } from './secret-card.js';

interface SnippetsProps {
  readonly secret: string;
  /** Those that the key is for. */
  readonly services: readonly Service[];
  readonly policy: OwnPolicy;
  readonly purpose: string;
  readonly isShown: boolean;
  readonly onCopied: () => void;
}

const WORDS = { en, fr };
/** The tool that each purpose begins with, where there is one for it. */
const FIRST: Readonly<Record<string, readonly string[]>> = {
  qgis: ['qgis'],
  scripts: ['gdal', 'curl'],
  notebook: ['jupyter', 'rasterio', 'requests'],
  ci: ['curl', 'gdal'],
  webmap: ['other'],
  agent: ['curl', 'requests'],
};

/** The kinds of service that each purpose is mostly about. */
const DATA = ['cog', 'files', 'stac', 's3'];
const MAPS = ['xyz', 'wmts', 'wms', 'geoserver'];
const SUITS: Readonly<Record<string, readonly string[]>> = {
  ...{ qgis: MAPS, webmap: MAPS },
  ...{ scripts: DATA, notebook: DATA },
};

/** Lines that work, by tool, with the key in them. */
export function Snippets({ secret, services, policy, purpose, isShown, onCopied }: SnippetsProps) {
  const { t, language } = useTexts();
  const [audience, setAudience] = useState(() => suitable(services, purpose)?.audience ?? '');
  const service = services.find((one) => one.audience === audience) ?? null;
  const snippets = useMemo(() => {
    const verifyUrl = `${policy.publicUrl}/v1/verify`;
    const names = { header: policy.keyHeader, query: policy.keyQuery, verifyUrl };
    return snippetsFor({ key: secret, service, names, words: WORDS[language] });
  }, [secret, service, policy, language]);
  const tools = [...new Map(snippets.map(({ tool, title }) => [tool, title]))];
  const wished = FIRST[purpose]?.find((tool) => snippets.some((snippet) => snippet.tool === tool));
  const [chosen, setChosen] = useState<string>();
  const tool = tools.find(([name]) => name === chosen)?.[0] ?? wished ?? tools[0]![0];
  return (
    <section class="card snippets" aria-labelledby="snippets">
      <header class="snippets-head">
        <h2 id="snippets">{t.once.snippets}</h2>
        {services.length > 1 && (
          <Select
            label={t.once.service}
            value={audience}
            options={services.map((one) => [one.audience, one.title] as const)}
            onValue={setAudience}
          />
        )}
      </header>
      <Tabs<string>
        label={t.once.tools}
        tabs={tools.map(([name, text]) => ({ name, text }))}
        chosen={tool}
        onChoose={setChosen}
      >
        {snippets
          .filter((snippet) => snippet.tool === tool)
          .map((snippet, i) => (
            <Foldable key={snippet.id} title={snippet.form} isOpen={i === 0}>
              <OneSnippet {...{ snippet, secret, isShown, onCopied }} />
            </Foldable>
          ))}
      </Tabs>
    </section>
  );
}

const suitable = (services: readonly Service[], purpose: string): Service | undefined =>
  services.find(({ kind }) => kind !== null && SUITS[purpose]?.includes(kind)) ?? services[0];

/** Of several ways the first is there at once, the others when they are asked for. */
function Foldable({
  title,
  isOpen,
  children,
}: {
  title: string;
  isOpen: boolean;
  children: ComponentChildren;
}) {
  if (isOpen) return <>{children}</>;
  return (
    <details class="fold snippet-fold">
      <summary>
        <Icon name="chevronRight" size={16} />
        {title}
      </summary>
      {children}
    </details>
  );
}

interface OneProps {
  readonly snippet: Snippet;
  readonly secret: string;
  readonly isShown: boolean;
  readonly onCopied: () => void;
}

function OneSnippet({ snippet, secret, isShown, onCopied }: OneProps) {
  const { t } = useTexts();
  const { form, text, language, file, warning, note, examples } = snippet;
  const shown = isShown ? text : hidden(text, secret);
  const download = (): void => {
    save(file!);
    onCopied();
  };
  return (
    <article class="snippet">
      <header class="snippet-head">
        <h3>{form}</h3>
        <div class="snippet-actions">
          {file && (
            <Button small icon="download" onClick={download}>
              {file.name}
            </Button>
          )}
          {language !== 'text' && (
            <CopyButton
              small
              text={() => text}
              label={text.includes(secret) ? t.once.copyWithKey : undefined}
              onCopied={text.includes(secret) ? onCopied : undefined}
            />
          )}
        </div>
      </header>
      {language === 'text' ? (
        <Steps text={shown} />
      ) : (
        <pre tabIndex={0} aria-label={form}>
          <Marked text={shown} parts={examples} />
        </pre>
      )}
      {warning && (
        <Notice tone="warn">
          <p>{warning}</p>
        </Notice>
      )}
      {note && (
        <p class="snippet-note">
          <Icon name="info" size={16} />
          <span>{note}</span>
        </p>
      )}
    </article>
  );
}

function Steps({ text }: { text: string }) {
  const steps = text.split('\n').filter(Boolean);
  if (steps.length < 2) return <pre tabIndex={0}>{text}</pre>;
  return (
    <ol class="steps">
      {steps.map((step) => (
        <li key={step}>{step.replace(/^\d+\.\s*/, '')}</li>
      ))}
    </ol>
  );
}

/** The parts that the person has to replace stand out. */
function Marked({ text, parts }: { text: string; parts: readonly string[] }) {
  const [part, ...others] = parts.filter((one) => text.includes(one));
  if (part === undefined) return <>{text}</>;
  return (
    <>
      {text.split(part).map((between, i) => (
        <span key={i}>
          {i > 0 && <mark class="example">{part}</mark>}
          <Marked text={between} parts={others} />
        </span>
      ))}
    </>
  );
}

/** Basic carries the key in another form, which gives it away as well. */
const hidden = (text: string, secret: string): string =>
  text
    .replaceAll(secret, masked(secret).slice(0, 16))
    .replace(/\b[A-Za-z0-9+/]{40,}={0,2}/g, masked(secret).slice(0, 16));
