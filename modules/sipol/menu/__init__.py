"""What each part of Sipol brings into the menu, the task list and the trail."""
