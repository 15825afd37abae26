# The portal as one image: built by the SDK, run without it.
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY . .
RUN dotnet publish src/StrokeCare.Server -c Release -o /app

FROM mcr.microsoft.com/dotnet/aspnet:10.0
# bcrypt of the system's own library takes less processor time than the managed one.
RUN apt-get update && apt-get install -y --no-install-recommends libcrypt1 && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 5080 strokecare && install -d -o strokecare -m 0700 /instance
COPY --from=build /app /app
COPY deploy/portal.sh /portal.sh
VOLUME /instance
ENTRYPOINT ["bash", "/portal.sh"]
