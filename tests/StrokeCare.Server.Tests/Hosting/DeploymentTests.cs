using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using StrokeCare.Server.Hosting;
using StrokeCare.Server.Settings;
using StrokeCare.Server.Tests.Support;

namespace StrokeCare.Server.Tests.Hosting;

public sealed class DeploymentTests
{
    [Fact]
    public async Task The_records_of_another_deployment_are_refused_and_its_own_are_not()
    {
        await using var ours = new PortalStores(Pair.SqliteMongo);
        await using var others = new PortalStores(Pair.Sqlite);
        var settings = await ours.SettingsAsync();
        await OpenAsync(settings);
        var mixed = new Dictionary<string, string?>(settings, StringComparer.Ordinal) { ["STROKECARE_INSTANCE"] = others.Instance };

        var refused = await Assert.ThrowsAsync<SettingException>(() => OpenAsync(mixed));

        Assert.Equal("MONGO_DB_NAME", refused.Setting);
        Assert.Contains("belongs to another deployment", refused.Message, StringComparison.Ordinal);
        await OpenAsync(settings);
    }

    private static async Task OpenAsync(Dictionary<string, string?> settings)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        var instance = InstanceOptions.From(configuration);
        instance.Create();
        await using var stores = await Stores.OpenAsync(StoreOptions.From(configuration, instance), migrate: true, TimeProvider.System, NullLoggerFactory.Instance, CancellationToken.None);
    }
}
