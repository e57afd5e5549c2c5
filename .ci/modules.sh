# SPDX-License-Identifier: Apache-2.0
#
# Sourced by checks that look at every module, not only at the main one. The current directory is the top.

# each_module runs a command in every directory of the tree that has a go.mod, the top included, and stops at the first failure.
each_module() {
  local files=() file
  mapfile -t files < <(git ls-files --cached --others --exclude-standard 'go.mod' '*/go.mod')
  wait "$!" # or a git that fails, e.g. because the tree is another user's, would be a tree without modules
  for file in "${files[@]}"; do
    if [[ -f $file ]]; then
      echo "$file: $*"
      (cd "$(dirname "$file")" && "$@")
    fi
  done
}
