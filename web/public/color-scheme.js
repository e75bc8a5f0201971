// Runs before the first paint, so that dark mode never flashes white. A file, because the policy allows no inline script.
(() => {
  let wanted = 'auto';
  try {
    wanted = localStorage.getItem('berth-color-scheme') ?? 'auto';
  } catch {
    // Storage is switched off: the system's choice is as good as any.
  }
  const dark =
    wanted === 'dark' || (wanted !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light');
})();
