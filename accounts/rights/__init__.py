"""Taking data along, bringing it, and having it erased: the registry, and the engines that work by it."""
