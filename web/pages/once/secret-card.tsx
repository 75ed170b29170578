import { useTexts } from '../../texts/texts.js';
import { Button } from '../../ui/button.js';
import { CopyButton } from '../../ui/copy-button.js';
import { Icon } from '../../ui/icons.js';

interface SecretProps {
  readonly secret: string;
  readonly isShown: boolean;
  readonly onShow: (isShown: boolean) => void;
  readonly isCopied: boolean;
  readonly onCopied: () => void;
}

/** As long as the key, and nothing of it. */
export const masked = (secret: string): string => '•'.repeat(secret.length);

/** The key and nothing beside it that could be copied instead. */
export function SecretCard({ secret, isShown, onShow, isCopied, onCopied }: SecretProps) {
  const { t } = useTexts();
  return (
    <section class={`card secret ${isCopied ? 'secret-copied' : ''}`} aria-label={t.once.key}>
      <div class="secret-line">
        {isShown ? (
          <code class="secret-text">{secret}</code>
        ) : (
          <span class="secret-text" role="img" aria-label={t.once.hidden}>
            {masked(secret)}
          </span>
        )}
        <Button
          look="quiet"
          icon={isShown ? 'eyeOff' : 'eye'}
          aria-label={isShown ? t.once.hide : t.once.show}
          title={isShown ? t.once.hide : t.once.show}
          onClick={() => onShow(!isShown)}
        />
        <CopyButton look="primary" text={() => secret} label={t.once.copy} autofocus onCopied={onCopied} />
      </div>
      <p class="secret-note">
        <Icon name={isCopied ? 'check' : 'alert'} size={16} />
        <span>{isCopied ? t.once.copiedNote : t.once.note}</span>
      </p>
    </section>
  );
}
