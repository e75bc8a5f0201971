/** Above every page while nothing of the gateway's arrives; it goes away by itself. */
import IconCloudOff from '@tabler/icons-react/dist/esm/icons/IconCloudOff.mjs';
import { ApiError } from '#api/client.ts';
import { usePlugins } from '#api/plugins.ts';

export function Unreachable() {
  const { error } = usePlugins();
  const isAway = error instanceof ApiError && error.status === 0;
  return (
    <div role="status">
      {isAway ? (
        <p className="unreachable">
          <IconCloudOff size={16} aria-hidden />
          Berth cannot be reached. What you see may be old. Trying again.
        </p>
      ) : null}
    </div>
  );
}
