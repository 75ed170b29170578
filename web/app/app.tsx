import { ToastProvider } from '../ui/toast.js';
import { TextsProvider } from '../texts/texts.js';
import { pageAt } from './pages.js';
import { useAddress } from './address.js';
import { Layout } from './layout.js';
import { LoginEnded } from './login-ended.js';
import { SessionProvider, useSession } from './session.js';
import { Welcome } from './welcome.js';

export function App() {
  return (
    <TextsProvider>
      <SessionProvider>
        <ToastProvider>
          <Frame />
        </ToastProvider>
      </SessionProvider>
    </TextsProvider>
  );
}

function Frame() {
  const session = useSession();
  const { path } = useAddress();
  if (session.state === 'loading') return <Layout>{null}</Layout>;
  if (session.state === 'closed') return <Welcome problem={session.problem} />;
  return (
    <Layout>
      {pageAt(path)}
      {session.ended && <LoginEnded problem={session.ended} />}
    </Layout>
  );
}
