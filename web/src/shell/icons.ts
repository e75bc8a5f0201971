/** The one icon set. A manifest names an icon; a name that is not here gets the puzzle piece. */
import type { Icon } from '@tabler/icons-react';
import IconActivity from '@tabler/icons-react/dist/esm/icons/IconActivity.mjs';
import IconAdjustments from '@tabler/icons-react/dist/esm/icons/IconAdjustments.mjs';
import IconApi from '@tabler/icons-react/dist/esm/icons/IconApi.mjs';
import IconApps from '@tabler/icons-react/dist/esm/icons/IconApps.mjs';
import IconArchive from '@tabler/icons-react/dist/esm/icons/IconArchive.mjs';
import IconBell from '@tabler/icons-react/dist/esm/icons/IconBell.mjs';
import IconBolt from '@tabler/icons-react/dist/esm/icons/IconBolt.mjs';
import IconBook from '@tabler/icons-react/dist/esm/icons/IconBook.mjs';
import IconBookmark from '@tabler/icons-react/dist/esm/icons/IconBookmark.mjs';
import IconBooks from '@tabler/icons-react/dist/esm/icons/IconBooks.mjs';
import IconBox from '@tabler/icons-react/dist/esm/icons/IconBox.mjs';
import IconBrain from '@tabler/icons-react/dist/esm/icons/IconBrain.mjs';
import IconBrush from '@tabler/icons-react/dist/esm/icons/IconBrush.mjs';
import IconBug from '@tabler/icons-react/dist/esm/icons/IconBug.mjs';
import IconBuilding from '@tabler/icons-react/dist/esm/icons/IconBuilding.mjs';
import IconCalendar from '@tabler/icons-react/dist/esm/icons/IconCalendar.mjs';
import IconCamera from '@tabler/icons-react/dist/esm/icons/IconCamera.mjs';
import IconCash from '@tabler/icons-react/dist/esm/icons/IconCash.mjs';
import IconChartBar from '@tabler/icons-react/dist/esm/icons/IconChartBar.mjs';
import IconChartLine from '@tabler/icons-react/dist/esm/icons/IconChartLine.mjs';
import IconChecklist from '@tabler/icons-react/dist/esm/icons/IconChecklist.mjs';
import IconClock from '@tabler/icons-react/dist/esm/icons/IconClock.mjs';
import IconCloud from '@tabler/icons-react/dist/esm/icons/IconCloud.mjs';
import IconCloudUpload from '@tabler/icons-react/dist/esm/icons/IconCloudUpload.mjs';
import IconCode from '@tabler/icons-react/dist/esm/icons/IconCode.mjs';
import IconCpu from '@tabler/icons-react/dist/esm/icons/IconCpu.mjs';
import IconCreditCard from '@tabler/icons-react/dist/esm/icons/IconCreditCard.mjs';
import IconDatabase from '@tabler/icons-react/dist/esm/icons/IconDatabase.mjs';
import IconDeviceDesktop from '@tabler/icons-react/dist/esm/icons/IconDeviceDesktop.mjs';
import IconDownload from '@tabler/icons-react/dist/esm/icons/IconDownload.mjs';
import IconDroplet from '@tabler/icons-react/dist/esm/icons/IconDroplet.mjs';
import IconFile from '@tabler/icons-react/dist/esm/icons/IconFile.mjs';
import IconFileSearch from '@tabler/icons-react/dist/esm/icons/IconFileSearch.mjs';
import IconFileStack from '@tabler/icons-react/dist/esm/icons/IconFileStack.mjs';
import IconFileText from '@tabler/icons-react/dist/esm/icons/IconFileText.mjs';
import IconFiles from '@tabler/icons-react/dist/esm/icons/IconFiles.mjs';
import IconFlame from '@tabler/icons-react/dist/esm/icons/IconFlame.mjs';
import IconFolder from '@tabler/icons-react/dist/esm/icons/IconFolder.mjs';
import IconFolderOpen from '@tabler/icons-react/dist/esm/icons/IconFolderOpen.mjs';
import IconGitBranch from '@tabler/icons-react/dist/esm/icons/IconGitBranch.mjs';
import IconHammer from '@tabler/icons-react/dist/esm/icons/IconHammer.mjs';
import IconHandStop from '@tabler/icons-react/dist/esm/icons/IconHandStop.mjs';
import IconHeart from '@tabler/icons-react/dist/esm/icons/IconHeart.mjs';
import IconHistory from '@tabler/icons-react/dist/esm/icons/IconHistory.mjs';
import IconHome from '@tabler/icons-react/dist/esm/icons/IconHome.mjs';
import IconInbox from '@tabler/icons-react/dist/esm/icons/IconInbox.mjs';
import IconKey from '@tabler/icons-react/dist/esm/icons/IconKey.mjs';
import IconLanguage from '@tabler/icons-react/dist/esm/icons/IconLanguage.mjs';
import IconLayoutDashboard from '@tabler/icons-react/dist/esm/icons/IconLayoutDashboard.mjs';
import IconLayoutGrid from '@tabler/icons-react/dist/esm/icons/IconLayoutGrid.mjs';
import IconLeaf from '@tabler/icons-react/dist/esm/icons/IconLeaf.mjs';
import IconLink from '@tabler/icons-react/dist/esm/icons/IconLink.mjs';
import IconListCheck from '@tabler/icons-react/dist/esm/icons/IconListCheck.mjs';
import IconListDetails from '@tabler/icons-react/dist/esm/icons/IconListDetails.mjs';
import IconLock from '@tabler/icons-react/dist/esm/icons/IconLock.mjs';
import IconMail from '@tabler/icons-react/dist/esm/icons/IconMail.mjs';
import IconMap from '@tabler/icons-react/dist/esm/icons/IconMap.mjs';
import IconMessage from '@tabler/icons-react/dist/esm/icons/IconMessage.mjs';
import IconMicrophone from '@tabler/icons-react/dist/esm/icons/IconMicrophone.mjs';
import IconMoon from '@tabler/icons-react/dist/esm/icons/IconMoon.mjs';
import IconMusic from '@tabler/icons-react/dist/esm/icons/IconMusic.mjs';
import IconNetwork from '@tabler/icons-react/dist/esm/icons/IconNetwork.mjs';
import IconNote from '@tabler/icons-react/dist/esm/icons/IconNote.mjs';
import IconNotebook from '@tabler/icons-react/dist/esm/icons/IconNotebook.mjs';
import IconPackage from '@tabler/icons-react/dist/esm/icons/IconPackage.mjs';
import IconPalette from '@tabler/icons-react/dist/esm/icons/IconPalette.mjs';
import IconPhoto from '@tabler/icons-react/dist/esm/icons/IconPhoto.mjs';
import IconPlane from '@tabler/icons-react/dist/esm/icons/IconPlane.mjs';
import IconPlug from '@tabler/icons-react/dist/esm/icons/IconPlug.mjs';
import IconPlugConnected from '@tabler/icons-react/dist/esm/icons/IconPlugConnected.mjs';
import IconPrinter from '@tabler/icons-react/dist/esm/icons/IconPrinter.mjs';
import IconPuzzle from '@tabler/icons-react/dist/esm/icons/IconPuzzle.mjs';
import IconReceipt from '@tabler/icons-react/dist/esm/icons/IconReceipt.mjs';
import IconRobot from '@tabler/icons-react/dist/esm/icons/IconRobot.mjs';
import IconRouter from '@tabler/icons-react/dist/esm/icons/IconRouter.mjs';
import IconRss from '@tabler/icons-react/dist/esm/icons/IconRss.mjs';
import IconSearch from '@tabler/icons-react/dist/esm/icons/IconSearch.mjs';
import IconServer from '@tabler/icons-react/dist/esm/icons/IconServer.mjs';
import IconSettings from '@tabler/icons-react/dist/esm/icons/IconSettings.mjs';
import IconShield from '@tabler/icons-react/dist/esm/icons/IconShield.mjs';
import IconShoppingCart from '@tabler/icons-react/dist/esm/icons/IconShoppingCart.mjs';
import IconSparkles from '@tabler/icons-react/dist/esm/icons/IconSparkles.mjs';
import IconStack from '@tabler/icons-react/dist/esm/icons/IconStack.mjs';
import IconStar from '@tabler/icons-react/dist/esm/icons/IconStar.mjs';
import IconSun from '@tabler/icons-react/dist/esm/icons/IconSun.mjs';
import IconTable from '@tabler/icons-react/dist/esm/icons/IconTable.mjs';
import IconTag from '@tabler/icons-react/dist/esm/icons/IconTag.mjs';
import IconTemperature from '@tabler/icons-react/dist/esm/icons/IconTemperature.mjs';
import IconTerminal from '@tabler/icons-react/dist/esm/icons/IconTerminal.mjs';
import IconTool from '@tabler/icons-react/dist/esm/icons/IconTool.mjs';
import IconTruck from '@tabler/icons-react/dist/esm/icons/IconTruck.mjs';
import IconUpload from '@tabler/icons-react/dist/esm/icons/IconUpload.mjs';
import IconUser from '@tabler/icons-react/dist/esm/icons/IconUser.mjs';
import IconUsers from '@tabler/icons-react/dist/esm/icons/IconUsers.mjs';
import IconVideo from '@tabler/icons-react/dist/esm/icons/IconVideo.mjs';
import IconWand from '@tabler/icons-react/dist/esm/icons/IconWand.mjs';
import IconWebhook from '@tabler/icons-react/dist/esm/icons/IconWebhook.mjs';
import IconWorld from '@tabler/icons-react/dist/esm/icons/IconWorld.mjs';

const icons: ReadonlyMap<string, Icon> = new Map([
  ['activity', IconActivity],
  ['adjustments', IconAdjustments],
  ['api', IconApi],
  ['apps', IconApps],
  ['archive', IconArchive],
  ['bell', IconBell],
  ['bolt', IconBolt],
  ['book', IconBook],
  ['bookmark', IconBookmark],
  ['books', IconBooks],
  ['box', IconBox],
  ['brain', IconBrain],
  ['brush', IconBrush],
  ['bug', IconBug],
  ['building', IconBuilding],
  ['calendar', IconCalendar],
  ['camera', IconCamera],
  ['cash', IconCash],
  ['chart-bar', IconChartBar],
  ['chart-line', IconChartLine],
  ['checklist', IconChecklist],
  ['clock', IconClock],
  ['cloud', IconCloud],
  ['cloud-upload', IconCloudUpload],
  ['code', IconCode],
  ['cpu', IconCpu],
  ['credit-card', IconCreditCard],
  ['database', IconDatabase],
  ['device-desktop', IconDeviceDesktop],
  ['download', IconDownload],
  ['droplet', IconDroplet],
  ['file', IconFile],
  ['file-search', IconFileSearch],
  ['file-stack', IconFileStack],
  ['file-text', IconFileText],
  ['files', IconFiles],
  ['flame', IconFlame],
  ['folder', IconFolder],
  ['folder-open', IconFolderOpen],
  ['git-branch', IconGitBranch],
  ['hammer', IconHammer],
  ['hand-stop', IconHandStop],
  ['heart', IconHeart],
  ['history', IconHistory],
  ['home', IconHome],
  ['inbox', IconInbox],
  ['key', IconKey],
  ['language', IconLanguage],
  ['layout-dashboard', IconLayoutDashboard],
  ['layout-grid', IconLayoutGrid],
  ['leaf', IconLeaf],
  ['link', IconLink],
  ['list-check', IconListCheck],
  ['list-details', IconListDetails],
  ['lock', IconLock],
  ['mail', IconMail],
  ['map', IconMap],
  ['message', IconMessage],
  ['microphone', IconMicrophone],
  ['moon', IconMoon],
  ['music', IconMusic],
  ['network', IconNetwork],
  ['note', IconNote],
  ['notebook', IconNotebook],
  ['package', IconPackage],
  ['palette', IconPalette],
  ['photo', IconPhoto],
  ['plane', IconPlane],
  ['plug', IconPlug],
  ['plug-connected', IconPlugConnected],
  ['printer', IconPrinter],
  ['puzzle', IconPuzzle],
  ['receipt', IconReceipt],
  ['robot', IconRobot],
  ['router', IconRouter],
  ['rss', IconRss],
  ['search', IconSearch],
  ['server', IconServer],
  ['settings', IconSettings],
  ['shield', IconShield],
  ['shopping-cart', IconShoppingCart],
  ['sparkles', IconSparkles],
  ['stack', IconStack],
  ['star', IconStar],
  ['sun', IconSun],
  ['table', IconTable],
  ['tag', IconTag],
  ['temperature', IconTemperature],
  ['terminal', IconTerminal],
  ['tool', IconTool],
  ['truck', IconTruck],
  ['upload', IconUpload],
  ['user', IconUser],
  ['users', IconUsers],
  ['video', IconVideo],
  ['wand', IconWand],
  ['webhook', IconWebhook],
  ['world', IconWorld],
  // What authors call the shelf of books.
  ['library', IconBooks],
]);

/** Never fails: what is not in the set, `__proto__` and a path among it, is the puzzle piece. */
export function iconNamed(name: string | null | undefined): Icon {
  return (name ? icons.get(name) : undefined) ?? IconPuzzle;
}

export const iconNames: readonly string[] = [...icons.keys()];
