import { Button, EmptyState } from '@mantine/core';
import { IconBug } from '@tabler/icons-react';
import { Component, type ReactNode } from 'react';
import { t } from '../words/words.ts';

type Props = { children: ReactNode };

/** A bug in one view leaves the rest of the page standing. Given another `key`, it tries anew. */
export class LastResort extends Component<Props, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError(): { broken: boolean } {
    return { broken: true };
  }

  override render(): ReactNode {
    if (!this.state.broken) return this.props.children;
    return (
      <main role="alert">
        <EmptyState
          p="xl"
          icon={<IconBug />}
          title={t('This view broke')}
          description={t('It is a fault of this page. Your documents are not touched.')}
        >
          <EmptyState.Actions>
            <Button variant="default" onClick={() => this.setState({ broken: false })}>
              {t('Show it again')}
            </Button>
          </EmptyState.Actions>
        </EmptyState>
      </main>
    );
  }
}
