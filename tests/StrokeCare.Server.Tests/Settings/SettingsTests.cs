using Microsoft.Extensions.Configuration;
using StrokeCare.Server.Settings;

namespace StrokeCare.Server.Tests.Settings;

public sealed class SettingsTests
{
    private static readonly InstanceOptions Instance = new("/clinic/instance");

    [Fact]
    public void An_env_file_gives_names_and_values_whatever_its_style() => Assert.Equal(
        [new("A", "1"), new("B", "two words"), new("C", "x=y"), new("D", "")],
        DotEnv.Parse(["# comment", "", "A=1", "export B=\"two words\"", " C = x=y ", "D=", "nonsense", "=x"]).Select(p => new KeyValuePair<string, string?>(p.Key, p.Value)));

    [Fact]
    public void The_default_database_is_in_the_instance_directory() =>
        Assert.Equal("sqlite:////clinic/instance/stroke_care.db", StoreOptions.From(Of(), Instance).DatabaseUrl);

    [Theory]
    [InlineData("USE_MONGODB_USERS", "maybe")]
    [InlineData("USE_MONGODB", "maybe")]
    [InlineData("DATABASE_URL", "mysql://localhost/db")]
    [InlineData("DATABASE_URL", "sqlite:///")]
    [InlineData("DATABASE_URL", "postgresql://localhost")]
    [InlineData("MONGO_URI", "http://localhost")]
    [InlineData("CLINIC_TIME_ZONE", "Europe/Nowhere")]
    [InlineData("CLINIC_TIME_ZONE", "GMT Standard Time")]
    public void A_store_setting_that_cannot_be_used_is_refused_by_name(string name, string value) =>
        Assert.Equal(name, Assert.Throws<SettingException>(() => StoreOptions.From(Of((name, value)), Instance)).Setting);

    [Theory]
    [InlineData("false", "false", "sqlite")]
    [InlineData("true", "false", "sqlite+mongodb")]
    [InlineData("false", "true", "sqlite+mongodb:users")]
    [InlineData("true", "true", "sqlite+mongodb:patients,users")]
    public void Each_choice_of_stores_is_recorded_under_a_name_of_its_own(string mongo, string users, string stores) =>
        Assert.Equal(stores, StoreOptions.From(Of(("USE_MONGODB", mongo), ("USE_MONGODB_USERS", users)), Instance).StoresOf("sqlite"));

    [Theory]
    [InlineData("STROKECARE_URLS", "ftp://127.0.0.1")]
    [InlineData("STROKECARE_URLS", "http://0.0.0.0:5080")]
    [InlineData("STROKECARE_URLS", "http://clinic.example")]
    [InlineData("STROKECARE_URLS", ";")]
    [InlineData("STROKECARE_TRUSTED_PROXIES", "everyone")]
    public void An_address_that_would_send_records_in_the_clear_is_refused(string name, string value) =>
        Assert.Equal(name, Assert.Throws<SettingException>(() => ListenOptions.From(Of((name, value)))).Setting);

    [Theory]
    [InlineData("http://localhost:5080", null)]
    [InlineData("http://[::1]:5080", null)]
    [InlineData("https://0.0.0.0:5443", null)]
    [InlineData("http://0.0.0.0:5080", "10.0.0.0/8, 192.168.1.7")]
    public void Loopback_TLS_and_a_listed_proxy_are_accepted(string url, string? proxies) =>
        Assert.Equal([url], ListenOptions.From(Of(("STROKECARE_URLS", url), ("STROKECARE_TRUSTED_PROXIES", proxies))).Urls);

    private static IConfiguration Of(params (string Name, string? Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(s => new KeyValuePair<string, string?>(s.Name, s.Value))).Build();
}
