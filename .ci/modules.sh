# SPDX-License-Identifier: Apache-2.0
#
# Sourced by checks that look at every module, not only at the main one. The current directory is the top.

# nested_modules prints the directories under examples that are modules of their own.
nested_modules() {
  git ls-files --cached --others --exclude-standard 'examples/**/go.mod' | sort | while read -r file; do
    if [[ -f $file ]]; then dirname "$file"; fi
  done
}

# each_nested_module runs a command in each of them and stops at the first failure.
each_nested_module() {
  local directories=() directory
  mapfile -t directories < <(nested_modules)
  for directory in "${directories[@]}"; do
    echo "module $directory: $*"
    (cd "$directory" && "$@")
  done
  if ((${#directories[@]} == 0)); then echo "no nested module"; fi
}

# each_module runs a command in the main module and in each nested one.
each_module() {
  echo "main module: $*"
  "$@"
  each_nested_module "$@"
}
