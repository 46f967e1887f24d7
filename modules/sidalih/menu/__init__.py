"""What each part of Sidalih puts into menus, task lists and trails."""
