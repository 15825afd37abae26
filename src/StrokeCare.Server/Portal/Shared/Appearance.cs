namespace StrokeCare.Server.Portal;

/// <summary>How somebody wants the pages to look on this device: kept in a cookie that says nothing else.</summary>
public sealed record Appearance(string Theme, string Text)
{
    private const string Cookie = "__Host-appearance";

    private static readonly TimeSpan Kept = TimeSpan.FromDays(365);

    private static readonly string[] Themes = ["system", "light", "dark"];
    private static readonly string[] Texts = ["normal", "large"];

    public static Appearance Of(HttpContext http) => Read((http.Request.Cookies[Cookie] ?? "").Split('.') is [var theme, var text] ? (theme, text) : default, new("system", "normal"));

    /// <summary>This one with what was chosen; what is no choice changes nothing.</summary>
    public Appearance With(string? theme, string? text) => Read((theme, text), this);

    public void Keep(HttpContext http)
    {
        var options = PortalCookie.Options;
        options.MaxAge = Kept;
        http.Response.Cookies.Append(Cookie, $"{Theme}.{Text}", options);
    }

    private static Appearance Read((string? Theme, string? Text) wanted, Appearance otherwise) =>
        new(Themes.Contains(wanted.Theme) ? wanted.Theme! : otherwise.Theme, Texts.Contains(wanted.Text) ? wanted.Text! : otherwise.Text);
}
