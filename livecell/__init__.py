"""livecell: organelle dynamics from label-free movies."""
