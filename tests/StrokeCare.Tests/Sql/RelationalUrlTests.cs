using Npgsql;
using StrokeCare.Sql;

namespace StrokeCare.Tests.Sql;

public sealed class RelationalUrlTests
{
    [Fact]
    public void Reads_the_two_forms_of_sqlite()
    {
        Assert.Equal(Path.GetFullPath("instance/stroke_care.db"), RelationalUrl.Parse("sqlite:///instance/stroke_care.db").File);
        Assert.Equal("/var/lib/clinic/a b.db", RelationalUrl.Parse("sqlite:////var/lib/clinic/a%20b.db").File);
        Assert.Equal("sqlite", RelationalUrl.Parse(RelationalUrl.Default).EngineName);
    }

    [Theory]
    [InlineData("postgresql://user:p%40ss%2F%3A@db.clinic:5433/stroke?sslmode=verify-full&application_name=x", 5433)]
    [InlineData("postgres://user:p%40ss%2F%3A@db.clinic/stroke?sslmode=verify-full&connect_timeout=3", 5432)]
    public void Reads_postgresql_with_escapes_and_options(string text, int port)
    {
        var url = RelationalUrl.Parse(text);
        var read = new NpgsqlConnectionStringBuilder(url.ConnectionString);

        Assert.Equal(("db.clinic", port, "user", "p@ss/:", "stroke"), (read.Host, read.Port, read.Username, read.Password, read.Database));
        Assert.Equal(SslMode.VerifyFull, read.SslMode);
        Assert.DoesNotContain("ss", url.ToString().Split('@')[0].Replace("postgresql", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("mysql://u:secret@h/d")]
    [InlineData("sqlite:///")]
    [InlineData("sqlite:///:memory:")]
    [InlineData("postgresql://u:secret@/d")]
    [InlineData("postgresql://u:secret@h")]
    [InlineData("postgresql://u:sec/ret@h/d")]
    [InlineData("postgresql://u:secret@h/d?no_such_option=1")]
    [InlineData("postgresql://u:secret@h/d?sslmode=sometimes")]
    public void Refuses_anything_else_by_the_setting_s_name_and_without_the_password(string text)
    {
        var refused = Assert.Throws<FormatException>(() => RelationalUrl.Parse(text));

        Assert.Contains("DATABASE_URL", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("sec", refused.Message, StringComparison.Ordinal);
    }
}
