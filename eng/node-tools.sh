# Sourced, in the repository, by the scripts that drive a Chromium from Node: installs Lighthouse, which brings Puppeteer, in
# artifacts/lighthouse once, builds the server, and says where both are. Neither is part of the build.

# The last that runs on Node 20.
version=12.8.2
tools=$PWD/artifacts/lighthouse
if [[ $(node -p "require('$tools/node_modules/lighthouse/package.json').version" 2>/dev/null) != "$version" ]]; then
  mkdir -p "$tools"
  npm install --prefix "$tools" --no-audit --no-fund --no-package-lock --loglevel error "lighthouse@$version" >&2
fi
dotnet build src/StrokeCare.Server -c Release "-clp:ErrorsOnly;NoSummary" -v quiet >&2
program=$PWD/artifacts/bin/StrokeCare.Server/release/StrokeCare.Server.dll
