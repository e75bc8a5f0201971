/** How everything looks: one file. */
import {
  Anchor,
  Badge,
  Button,
  Card,
  createTheme,
  type InputWrapperProps,
  type MantineColorsTuple,
  Modal,
  type CSSVariablesResolver,
  Menu,
} from '@mantine/core';

/** Harbour blue; the fifth shade and darker carry white text at 4.5:1. */
const harbour: MantineColorsTuple = [
  '#eaf5f9',
  '#d5e9f1',
  '#a9d2e3',
  '#79bad5',
  '#51a2c4',
  '#2f8bb0',
  '#1c7495',
  '#175f7b',
  '#134d64',
  '#0d3a4c',
];

/** Cooler and calmer than the stock greys. */
const dark: MantineColorsTuple = [
  '#d3d6dc',
  '#b6bac3',
  '#9aa0ab',
  '#6d7480',
  '#3b404a',
  '#2c3038',
  '#22252c',
  '#1b1e23',
  '#17191d',
  '#101215',
];

/**
 * Label above, help below; an error takes the help's place. It is named by text: importing the controls for
 * their `extend`, which hands back what it gets, would load all of them with the first page.
 */
const labelFirst = {
  defaultProps: { inputWrapperOrder: ['label', 'input', 'description', 'error'] },
} as const satisfies { defaultProps: Pick<InputWrapperProps, 'inputWrapperOrder'> };

/**
 * @param close what the cross of windows is called
 * @param decimalSeparator of numbers that are typed; a point is read everywhere
 */
export const themeWith = (close: string, decimalSeparator: string) =>
  createTheme({
    primaryColor: 'harbour',
    primaryShade: { light: 6, dark: 6 },
    colors: { harbour, dark },
    fontFamily: "'Inter Variable', system-ui, -apple-system, 'Segoe UI', sans-serif",
    fontFamilyMonospace: "ui-monospace, 'SF Mono', 'Cascadia Mono', Menlo, Consolas, monospace",
    headings: {
      fontWeight: '620',
      sizes: {
        h1: { fontSize: '1.5rem', lineHeight: '1.3' },
        h2: { fontSize: '1.125rem', lineHeight: '1.4' },
        h3: { fontSize: '1rem', lineHeight: '1.4' },
      },
    },
    defaultRadius: 'md',
    respectReducedMotion: true,
    cursorType: 'pointer',
    autoContrast: true,
    components: {
      Card: Card.extend({ defaultProps: { withBorder: true, padding: 'lg', radius: 'lg' } }),
      Anchor: Anchor.extend({ defaultProps: { underline: 'hover' } }),
      Badge: Badge.extend({ defaultProps: { variant: 'light', radius: 'sm', tt: 'none', fw: 550 } }),
      Modal: Modal.extend({
        defaultProps: {
          centered: true,
          radius: 'lg',
          closeButtonProps: { 'aria-label': close },
          overlayProps: { backgroundOpacity: 0.45 },
        },
        styles: { title: { fontWeight: 620, lineHeight: 1.35, overflowWrap: 'anywhere', minWidth: 0 } },
      }),
      Button: Button.extend({ defaultProps: { fw: 550 } }),
      Select: labelFirst,
      MultiSelect: labelFirst,
      NumberInput: { defaultProps: { ...labelFirst.defaultProps, decimalSeparator } },
      // Focus goes to the first entry; the empty element that would take it is no child that a menu may have.
      Menu: Menu.extend({ defaultProps: { withInitialFocusPlaceholder: false, shadow: 'md' } }),
      TextInput: labelFirst,
      PasswordInput: labelFirst,
      Textarea: labelFirst,
    },
  });

/** Contrast of at least 4.5:1 for quiet text and errors, in both themes. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#5c6470',
    '--mantine-color-placeholder': '#6b7280',
    '--mantine-color-error': '#c92a2a',
    '--mantine-color-teal-light': '#def5eb',
    '--mantine-color-teal-light-color': '#05603f',
    '--mantine-color-yellow-light': '#fff3d1',
    '--mantine-color-red-light': '#fde8e8',
    '--mantine-color-yellow-light-color': '#7a4700',
    '--mantine-color-red-light-color': '#a61e1e',
    '--mantine-color-gray-light-color': '#454c56',
    '--mantine-color-disabled-color': '#767e8a',
    '--mantine-color-anchor': 'var(--mantine-color-harbour-7)',
    '--berth-sidebar': '#f7f8fa',
    '--berth-line': '#e4e7eb',
  },
  dark: {
    '--mantine-color-body': '#17191d',
    '--mantine-color-dimmed': '#a0a7b3',
    '--mantine-color-placeholder': '#8d95a2',
    '--mantine-color-error': '#ff8787',
    '--mantine-color-gray-light': '#2c3038',
    '--mantine-color-disabled': '#2c3038',
    '--mantine-color-disabled-color': '#8d95a2',
    '--mantine-color-harbour-light': '#1c3541',
    '--mantine-color-harbour-light-color': '#a9d2e3',
    '--mantine-color-teal-light': '#12352b',
    '--mantine-color-teal-light-color': '#7fe3c4',
    '--mantine-color-yellow-light': '#3a2f16',
    '--mantine-color-yellow-light-color': '#f5cf70',
    '--mantine-color-red-light': '#3b1d20',
    '--mantine-color-red-light-color': '#ffa8a8',
    '--mantine-color-anchor': 'var(--mantine-color-harbour-3)',
    '--berth-sidebar': '#131518',
    '--berth-line': '#2a2e35',
  },
});
