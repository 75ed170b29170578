/** As the operator has named it. */
export const productName =
  document.querySelector<HTMLMetaElement>('meta[name=application-name]')?.content ?? 'API-Key Manager';

const logo = document.querySelector<HTMLLinkElement>('link[rel=icon]')?.href;

export function Logo({ size = 28 }: { size?: number }) {
  return <img class="logo" src={logo} width={size} height={size} alt="" />;
}
