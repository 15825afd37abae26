namespace StrokeCare.Browser.Tests.Support;

/// <summary>A clinic for tests that change it so much that others would notice.</summary>
public sealed class OwnClinic : IAsyncLifetime
{
    public DemoClinic Clinic { get; } = new();

    public ValueTask InitializeAsync() => Clinic.InitializeAsync();

    public ValueTask DisposeAsync() => Clinic.DisposeAsync();
}
